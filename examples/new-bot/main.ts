import { createMyBot } from "./bot.ts";

const { FEISHU_APP_ID: appId = "", FEISHU_APP_SECRET: appSecret = "", FEISHU_DOMAIN: domain } = process.env;
if (appId === "" || appSecret === "") {
  console.error(
    "Set FEISHU_APP_ID and FEISHU_APP_SECRET, for example in .env. To try the bot without an app: npm run dev",
  );
  process.exit(2);
}
const bot = createMyBot({ appId, appSecret, domain });
await bot.start();
console.log("The bot is connected.");
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void bot.stop());
