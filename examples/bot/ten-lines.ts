import { createBot } from "../../extensions/feishu/index.ts";

const { FEISHU_APP_ID: appId = "", FEISHU_APP_SECRET: appSecret = "", FEISHU_DOMAIN: domain } = process.env;
const bot = createBot({ appId, appSecret, domain });
bot.on("message", async (message, reply) => {
  for (const word of `You said: **${message.text}**`.split(" ")) reply.append(`${word} `);
});
await bot.start();
process.once("SIGTERM", () => void bot.stop());
