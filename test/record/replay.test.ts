import { afterEach, expect, it } from "vitest";
import { createEmulator } from "../../src/emulator/index.ts";
import { openRecordBench, PlainBot } from "./support/bench.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

it("[E12] a recording is played again on another emulator: what people said, and what the bot showed", async () => {
  const bench = await openRecordBench({ keepTexts: true });
  closers.push(() => bench.close());
  const { emulator } = bench;
  const bot = await PlainBot.open(bench);
  const { cardId } = await bot.card(emulator.directChatId());
  await bot.write(cardId, "played again", 1);
  await bot.write(cardId, "refused", 1);
  const { text } = await bench.finish();
  const event = {
    header: { event_type: "im.message.receive_v1" },
    event: {
      message: {
        message_id: "om_elsewhere",
        chat_id: "oc_elsewhere",
        message_type: "text",
        content: '{"text":"a question"}',
      },
    },
  };
  const asked = { kind: "frame", seq: 90, at: 1, connection: 1, from: "feishu", type: "event", json: event };
  const answered = {
    kind: "call",
    seq: 91,
    at: 2,
    method: "POST",
    path: "/open-apis/im/v1/messages/om_elsewhere/reply",
    request: { json: { msg_type: "text", content: '{"text":"an answer"}' } },
    response: { json: { code: 0, data: { message_id: "om_there" } } },
  };
  const here = createEmulator();
  closers.push(() => here.close());
  const body = `${text}${JSON.stringify(asked)}\n${JSON.stringify(answered)}\n`;
  const headers = { authorization: `Bearer ${here.adminToken}` };
  const response = await here.fetch(`${here.apiUrl}/emulator/replay?speed=100000`, { method: "POST", headers, body });
  expect(await response.json()).toMatchObject({ calls: 5, differences: [] });
  expect(here.visibleTexts(here.directChatId())).toMatchObject([
    { kind: "card", text: "played again" },
    { sender: "user", text: "a question" },
    { sender: "app", text: "an answer" },
  ]);
});
