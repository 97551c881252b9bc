/** One of several processes of a bot. A question that begins with `hang` is answered half, with a word every 200 ms. */
import { createBot } from "../../../extensions/feishu/index.ts";

const {
  FEISHU_APP_ID: appId = "",
  FEISHU_APP_SECRET: appSecret = "",
  FEISHU_DOMAIN: domain,
  NAME,
  PREFIX,
} = process.env;
const bot = createBot<string>({
  appId,
  appSecret,
  domain,
  // The address is that of CARDSTREAM_REDIS.
  shared: { prefix: PREFIX, leaseSeconds: 2, drainSeconds: 2 },
  logger: { debug() {}, info: console.error, warn: console.error, error: console.error },
});
bot.on("message", async (message, reply) => {
  console.log(`handles ${message.text}`);
  reply.append(`${NAME} answers ${message.text}: `);
  for (let word = 1; message.text.startsWith("hang"); word++) {
    reply.append(`word ${word}. `);
    await new Promise((resolve) => setTimeout(resolve, 200));
    reply.signal.throwIfAborted();
  }
  reply.button({ text: "Go", value: `${NAME} ran ${message.text}` });
});
bot.on("press", ({ value }) => ({ toast: value }));
process.once("SIGTERM", () => void bot.stop());
await bot.start();
console.log("connected");
