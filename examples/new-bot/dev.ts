/** The bot in a local Feishu, started again whenever one of its files changes. The local Feishu and what was said in it stay. */
import { spawn } from "node:child_process";
import { startEmulator } from "../../src/emulator/index.ts";

const feishu = await startEmulator({ port: Number(process.env["PORT"] ?? 0) });
console.log(`Talk to your bot: ${feishu.pageUrl}`);
const { appId, appSecret } = feishu.app;
const env = { ...process.env, FEISHU_APP_ID: appId, FEISHU_APP_SECRET: appSecret, FEISHU_DOMAIN: feishu.apiUrl };
const bot = spawn(process.execPath, ["--watch", "--watch-preserve-output", "main.ts"], { env, stdio: "inherit" });
bot.once("exit", () => void feishu.close());
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => bot.kill(signal));
