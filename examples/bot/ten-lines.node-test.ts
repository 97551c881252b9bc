import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createBot } from "../../extensions/feishu/index.ts";
import { startEmulator } from "../../src/emulator/index.ts";

const emulator = await startEmulator({ port: 0 });
const { appId, appSecret } = emulator.app;
const bot = createBot({ appId, appSecret, domain: emulator.apiUrl });
after(async () => {
  await bot.stop();
  await emulator.close();
});

void test("says what it was told", async () => {
  bot.on("message", ({ text }, reply) => void reply.append(`You said: ${text}`));
  await bot.start();
  emulator.say("hello");
  const [answer] = await emulator.answers();
  assert.match(answer?.text ?? "", /You said: hello/u);
});
