import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startEmulator } from "../../src/emulator/index.ts";
import { createMyBot } from "./bot.ts";

const feishu = await startEmulator({ port: 0 });
const { appId, appSecret } = feishu.app;
const bot = createMyBot({ appId, appSecret, domain: feishu.apiUrl });
await bot.start();
after(async () => {
  await bot.stop();
  await feishu.close();
});

void test("repeats what it was told", async () => {
  feishu.say("good morning");
  const [answer] = await feishu.answers();
  assert.match(answer?.text ?? "", /good morning/u);
});

void test("explains itself", async () => {
  feishu.say("/help");
  const [answer] = await feishu.answers();
  assert.match(answer?.text ?? "", /Say something/u);
});
