import { afterAll, beforeAll, expect, test } from "vitest";
import type { FeishuBot } from "../../extensions/feishu/index.ts";
import { startEmulator } from "../../src/emulator/index.ts";
import type { Emulator } from "../../src/emulator/index.ts";
import { createAssistant } from "./assistant.ts";
import { createFakeModel } from "./fake-model.ts";

let emulator: Emulator;
let bot: FeishuBot<{ readonly approve: string }>;

beforeAll(async () => {
  emulator = await startEmulator({ port: 0 });
  const { appId, appSecret } = emulator.app;
  bot = createAssistant({ appId, appSecret, domain: emulator.apiUrl }, createFakeModel("It is **sunny** in Paris."));
  await bot.start();
});

afterAll(async () => {
  await bot.stop();
  await emulator.close();
});

test("answers with the model's text, its tool and a button", async () => {
  emulator.say("How is the weather in Paris?");
  const [answer] = await emulator.answers();
  expect(answer?.text).toContain("It is **sunny** in Paris.");
  expect(answer?.text).toContain("weather");
  expect(answer?.labels).toContain("Book it");
});

test("answers a command by itself", async () => {
  emulator.say("/weather Rome");
  const [answer] = await emulator.answers();
  expect(answer?.text).toContain("sunny in **Rome**");
});
