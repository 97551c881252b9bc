import { afterAll, beforeAll, expect, test } from "vitest";
import { startEmulator } from "../../src/emulator/index.ts";
import type { Emulator } from "../../src/emulator/index.ts";
import { createFakeModel } from "../bot/fake-model.ts";
import { createAssistant } from "./assistant.ts";

let emulator: Emulator;
let bot: ReturnType<typeof createAssistant>;

beforeAll(async () => {
  emulator = await startEmulator({ port: 0 });
  const { appId, appSecret } = emulator.app;
  const model = createFakeModel("It is **sunny** in Paris.", { tools: false });
  bot = createAssistant(model, { appId, appSecret, domain: emulator.apiUrl });
  await bot.initialize();
});

afterAll(async () => {
  await bot.shutdown();
  await emulator.close();
});

test("streams the model's answer into a card", async () => {
  emulator.say("How is the weather in Paris?");
  const [answer] = await emulator.answers();
  expect(answer).toMatchObject({ kind: "card", text: "It is **sunny** in Paris." });
});
