/** A bot that answers and never ends its answer; made to be killed. */
import { createBot } from "../../../extensions/feishu/index.ts";

const {
  FEISHU_APP_ID: appId = "",
  FEISHU_APP_SECRET: appSecret = "",
  FEISHU_DOMAIN: domain,
  STATE_DIR: stateDir,
} = process.env;
const bot = createBot({ appId, appSecret, domain, stateDir });
bot.on("message", async (_, reply) => {
  reply.append("never finished");
  await new Promise(() => {});
});
await bot.start();
console.log("connected");
