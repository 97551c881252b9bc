import { afterEach, describe, expect, it } from "vitest";
import type { StartOptions } from "../../src/emulator/index.ts";
import { compareRecording } from "../../src/record/index.ts";
import type { Comparison, Recording } from "../../src/record/index.ts";
import { openRecordBench, PlainBot, STREAMING_CARD } from "./support/bench.ts";
import type { RecordBench } from "./support/bench.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Records what a bot does with a Feishu of these settings. */
async function record(
  play: (bot: PlainBot, bench: RecordBench) => Promise<void>,
  emulator: StartOptions = {},
  keepTexts = false,
): Promise<Recording> {
  const bench = await openRecordBench({ emulator, keepTexts });
  closers.push(() => bench.close());
  await play(await PlainBot.open(bench), bench);
  return bench.finish();
}

const causes = (comparison: Comparison): string[] => comparison.differences.map((one) => one.cause).toSorted();

/** What bots do all day, right and wrong. */
async function ordinaryDay(bot: PlainBot, { emulator }: RecordBench): Promise<void> {
  const chatId = emulator.directChatId();
  const { messageId: asked } = emulator.sendAsUser({ text: "Wie geht es?" });
  const { cardId, messageId } = await bot.card(chatId);
  for (const [index, text] of ["Es", "Es geht", "Es geht **gut**.\n- a\n- b"].entries())
    await bot.write(cardId, text, index + 1);
  await bot.write(cardId, "again", 2);
  await bot.call("PATCH", `/cardkit/v1/cards/${cardId}/settings`, {
    settings: JSON.stringify({ config: { streaming_mode: false } }),
    sequence: 9,
  });
  await bot.write(cardId, "too late", 10);
  await bot.call("POST", `/cardkit/v1/cards/${cardId}/elements`, {
    type: "append",
    elements: JSON.stringify([{ tag: "button", element_id: "b1", text: { tag: "plain_text", content: "Stop" } }]),
    sequence: 11,
  });
  await bot.call("PUT", `/cardkit/v1/cards/${cardId}`, {
    card: { type: "card_json", data: JSON.stringify({ ...STREAMING_CARD, config: { update_multi: true } }) },
    sequence: 12,
  });
  await bot.call("GET", `/im/v1/messages/${messageId}?card_msg_content_type=user_card_content`);
  await bot.call("POST", `/im/v1/messages/${asked}/reply`, {
    msg_type: "text",
    content: JSON.stringify({ text: "gut" }),
  });
  const typing = await bot.call("POST", `/im/v1/messages/${asked}/reactions`, {
    reaction_type: { emoji_type: "Typing" },
  });
  await bot.call("DELETE", `/im/v1/messages/${asked}/reactions/${typing.data["reaction_id"]}`);
  await bot.call("POST", "/im/v1/messages?receive_id_type=chat_id", {
    receive_id: chatId,
    msg_type: "post",
    content: JSON.stringify({ zh_cn: { title: "", content: [[{ tag: "md", text: "**x**" }]] } }),
  });
  await bot.call("DELETE", `/im/v1/messages/${messageId}`);
  await bot.call("POST", "/cardkit/v1/cards", { type: "card_json", data: "{" });
}

describe("a comparison of a recording and the emulator", () => {
  it.each([true, false])("[E12] finds no difference where there is none (texts kept: %s)", async (keepTexts) => {
    const recording = await record(ordinaryDay, {}, keepTexts);
    const comparison = await compareRecording(recording);
    expect(comparison.differences).toEqual([]);
    expect(comparison.compared).toBeGreaterThan(12);
    expect(comparison.left.secret).toBe(1);
  });

  it.each([true, false])(
    "knows a person that a bot looks up, also one who has said nothing (texts kept: %s)",
    async (keepTexts) => {
      const recording = await record(
        async (bot, { emulator }) => {
          const { store, app } = emulator;
          for (const user of store.users.all())
            await bot.call("GET", `/contact/v3/users/${store.users.openId(user, app.appId)}?user_id_type=open_id`);
          await bot.call("GET", "/contact/v3/users/ou_00000000000000000000000000000000?user_id_type=open_id");
        },
        {},
        keepTexts,
      );
      const comparison = await compareRecording(recording);
      expect(comparison.differences).toEqual([]);
      expect(comparison.compared).toBeGreaterThan(1);
    },
  );

  it("[E12] finds a code that is given where the emulator gives another, once for every cause", async () => {
    const recording = await record(async (bot, bench) => {
      bench.emulator.faults.add({ operation: "element.add", effect: { type: "code", code: 300315 } });
      bench.emulator.faults.add({ operation: "card.settings", effect: { type: "code", code: 300122 } });
      await ordinaryDay(bot, bench);
      const { cardId } = await bot.card(bench.emulator.directChatId());
      await bot.call("POST", `/cardkit/v1/cards/${cardId}/elements`, {
        type: "append",
        elements: JSON.stringify([{ tag: "hr" }]),
        sequence: 1,
      });
    });
    const comparison = await compareRecording(recording);
    expect(causes(comparison)).toEqual(["card.settings: 300122 there, 0 here", "element.add: 300315 there, 0 here"]);
    expect(comparison.left.follows).toBeGreaterThan(0);
  });

  it("[E12] takes no tenant's state, no trouble and no lost answer for a difference", async () => {
    const recording = await record(async (bot, bench) => {
      const { emulator } = bench;
      const add = (operation: string, code: number): void =>
        void emulator.faults.add({ operation, effect: { type: "code", code }, count: 1 });
      add("message.create", 230002);
      add("card.create", 300120);
      await bot.card(emulator.directChatId());
      const { cardId } = await bot.card(emulator.directChatId());
      emulator.faults.add({ operation: "element.content", effect: { type: "lost" }, count: 1 });
      await bot.write(cardId, "lost", 1).catch(() => {});
      await bot.write(cardId, "lost again", 2);
    });
    const comparison = await compareRecording(recording);
    expect(comparison.differences).toEqual([]);
    expect(comparison.left).toMatchObject({ tenant: 1, unanswered: 2 });
  });

  it("[E12] takes a limit that was near for no difference, and one that was far for one", async () => {
    const burst = await record(async (bot, { emulator }) => {
      const { cardId } = await bot.card(emulator.directChatId());
      await Promise.all(Array.from({ length: 14 }, (_, index) => bot.write(cardId, "x".repeat(index + 1), index + 1)));
    });
    expect(causes(await compareRecording(burst)).filter((cause) => /230020|99991400/u.test(cause))).toEqual([]);

    const idle = await record(async (bot, { emulator }) => {
      emulator.faults.add({
        operation: "element.content",
        effect: { type: "code", code: 230020 },
        count: 1,
      });
      const { cardId } = await bot.card(emulator.directChatId());
      await bot.write(cardId, "x", 1);
    });
    expect(causes(await compareRecording(idle))).toEqual(["element.content: 230020 there, 0 here"]);
  });

  it("[E12] takes a card that a press locked for no difference, and one that nobody pressed for one", async () => {
    const day = await record(async (bot, { emulator }) => {
      emulator.faults.add({ operation: "element.content", effect: { type: "code", code: 200810 }, count: 1 });
      const { cardId } = await bot.card(emulator.directChatId());
      await bot.write(cardId, "x", 1);
    });
    expect(causes(await compareRecording(day))).toEqual(["element.content: 200810 there, 0 here"]);
    const locked = day.lines.findIndex((line) => line.kind === "call" && line.path.endsWith("content"));
    const { at = 0 } = day.lines[locked] ?? {};
    const request = { bytes: 9, json: { header: { event_type: "card.action.trigger" }, event: {} } };
    const press = { kind: "webhook", seq: 0, at, path: "/", status: 200, ms: 1, request, response: { bytes: 2 } };
    const pressed = { ...day, lines: day.lines.toSpliced(locked, 0, press as unknown as Recording["lines"][number]) };
    expect((await compareRecording(pressed)).differences).toEqual([]);
  });

  it("knows an operation that the emulator lacks, and a card from before the recording", async () => {
    const recording = await record(async (bot) => {
      await bot.call("GET", "/calendar/v4/calendars");
    });
    // The stand-in lacks it as well; a real Feishu would answer.
    const call = recording.lines.find((line) => line.kind === "call" && line.path.includes("calendar"));
    const answered = { ...recording, lines: recording.lines.map((line) => (line === call ? withCode(line, 0) : line)) };
    expect((await compareRecording(answered)).differences).toMatchObject([{ kind: "operation", count: 1 }]);
  });
});

function withCode(line: Recording["lines"][number], code: number): Recording["lines"][number] {
  return line.kind === "call" ? { ...line, status: 200, response: { bytes: 9, json: { code, data: {} } } } : line;
}
