import { describe, expect, it } from "vitest";
import { WORLD_QUESTIONS, createEmulator, defaultWorld, parseWorld } from "../../src/emulator/index.ts";
import type { World } from "../../src/emulator/index.ts";
import { Caller, cardOf, markdown, streamingCard } from "./caller.ts";
import type { Answer } from "./caller.ts";

const patch = (caller: Caller, messageId: unknown, json: unknown): Promise<Answer> =>
  caller.call("PATCH", `/im/v1/messages/${String(messageId)}`, { content: JSON.stringify(json) });
const shown = (caller: Caller): string[] =>
  caller.emulator.visibleTexts(caller.emulator.directChatId()).map(({ text }) => text);

async function sentEntity(world: Partial<World>): Promise<{ caller: Caller; cardId: string; messageId: string }> {
  const caller = new Caller({ world });
  const cardId = await caller.card();
  const messageId = String((await caller.sendCard(cardId)).data["message_id"]);
  await caller.content(cardId, "streamed", 1);
  return { caller, cardId, messageId };
}

describe("a PATCH on a message that was sent by card_id", () => {
  it("answers 0 and changes nothing, unless the world says otherwise", async () => {
    const { caller, cardId, messageId } = await sentEntity({});
    expect(await patch(caller, messageId, streamingCard("patched"))).toMatchObject({ http: 200, code: 0 });
    expect(shown(caller)).toEqual(["streamed"]);
    expect((await caller.content(cardId, "streamed on", 2)).code).toBe(0);
    expect(shown(caller)).toEqual(["streamed on"]);
    expect(caller.emulator.timeline.find({ operation: "message.patch" })[0]?.warning).toContain("nothing changed");
  });

  it("replaces the card for good", async () => {
    const { caller, cardId, messageId } = await sentEntity({ patchEntityMessage: "replace" });
    expect((await patch(caller, messageId, streamingCard("patched"))).code).toBe(0);
    expect((await caller.content(cardId, "streamed on", 2)).code).toBe(0);
    expect(shown(caller)).toEqual(["patched"]);
  });

  it("replaces the card until the next CardKit call that is applied", async () => {
    const { caller, cardId, messageId } = await sentEntity({ patchEntityMessage: "replaceUntilNextCardKitCall" });
    expect((await patch(caller, messageId, streamingCard("patched"))).code).toBe(0);
    expect(shown(caller)).toEqual(["patched"]);
    expect((await caller.content(cardId, "late", 1)).code).toBe(300317);
    expect(shown(caller)).toEqual(["patched"]);
    expect((await patch(caller, messageId, streamingCard("patched again"))).code).toBe(0);
    expect(shown(caller)).toEqual(["patched again"]);
    expect((await caller.content(cardId, "streamed on", 2)).code).toBe(0);
    expect(shown(caller)).toEqual(["streamed on"]);
  });

  it("refuses", async () => {
    const { caller, messageId } = await sentEntity({ patchEntityMessage: "refuse" });
    expect((await patch(caller, messageId, streamingCard("patched"))).code).toBe(230099);
    expect(shown(caller)).toEqual(["streamed"]);
  });
});

describe("a PATCH on a message that was sent as card JSON", () => {
  it.each(["works", "noopAfterCardKitCall"] as const)(
    "after id_convert: %s, with the same card id before and after",
    async (patchConvertedMessage) => {
      const caller = new Caller({ world: { patchConvertedMessage } });
      const messageId = (await caller.send("interactive", cardOf(markdown("first", "md")))).data["message_id"];
      expect((await patch(caller, messageId, cardOf(markdown("plain", "md")))).code).toBe(0);
      const convert = async (): Promise<string> =>
        String((await caller.call("POST", "/cardkit/v1/cards/id_convert", { message_id: messageId })).data["card_id"]);
      const cardId = await convert();
      expect((await patch(caller, messageId, cardOf(markdown("converted", "md")))).code).toBe(0);
      expect(shown(caller)).toEqual(["converted"]);
      await caller.settings(cardId, { config: { streaming_mode: true } }, 1);
      expect((await caller.content(cardId, "streamed", 2)).code).toBe(0);
      expect((await patch(caller, messageId, cardOf(markdown("after", "md")))).code).toBe(0);
      expect(shown(caller)).toEqual([patchConvertedMessage === "works" ? "after" : "streamed"]);
      expect(await convert()).toBe(cardId);
    },
  );
});

describe("a card entity", () => {
  it.each([0, 500, 2000])("can be sent %i ms after it was made", async (sendableAfterMs) => {
    const caller = new Caller({ world: { sendableAfterMs } });
    const cardId = await caller.card();
    if (sendableAfterMs > 0) {
      await caller.pass(sendableAfterMs - 1);
      const early = await caller.sendCard(cardId);
      expect([early.code, early.msg]).toEqual([
        230099,
        expect.stringContaining("ErrCode: 11310; ErrMsg: cardid is invalid"),
      ]);
      await caller.pass(1);
    }
    expect((await caller.sendCard(cardId)).code).toBe(0);
  });

  it("that is sent a second time is refused, one way or another, or is shown twice", async () => {
    for (const [secondSend, code, words] of [
      [11310, 230099, "ErrCode: 11310; ErrMsg: cardid is invalid"],
      ["other", 230099, "ErrCode: 200741"],
    ] as const) {
      const { caller, cardId } = await sentEntity({ secondSend });
      const again = await caller.sendCard(cardId);
      expect([again.code, again.msg]).toEqual([code, expect.stringContaining(words)]);
      expect(shown(caller)).toEqual(["streamed"]);
    }
    const { caller, cardId } = await sentEntity({ secondSend: "accepted" });
    expect((await caller.sendCard(cardId)).code).toBe(0);
    const changed: unknown[] = [];
    caller.emulator.feed.subscribe((event) => {
      if (event.type === "text") changed.push(event.messageId);
    });
    await caller.content(cardId, "streamed on", 2);
    expect(shown(caller)).toEqual(["streamed on", "streamed on"]);
    expect(new Set(changed).size).toBe(2);
  });

  it("is not converted before its message is old enough", async () => {
    const caller = new Caller({ world: { convertibleAfterMs: 500 } });
    const { data } = await caller.send("interactive", cardOf(markdown("x")));
    const convert = (): Promise<Answer> =>
      caller.call("POST", "/cardkit/v1/cards/id_convert", { message_id: data["message_id"] });
    expect((await convert()).code).toBe(200740);
    await caller.pass(500);
    expect((await convert()).code).toBe(0);
  });

  it("takes a uuid again in three ways", async () => {
    for (const [cardUuidReplay, code, text] of [
      [200770, 200770, "one"],
      ["ok", 0, "one"],
      ["appliedAgain", 0, "two"],
    ] as const) {
      const caller = new Caller({ world: { cardUuidReplay } });
      const cardId = await caller.card();
      await caller.sendCard(cardId);
      await caller.content(cardId, "one", 1, { uuid: "u" });
      expect((await caller.content(cardId, "two", 2, { uuid: "u" })).code).toBe(code);
      expect(shown(caller)).toEqual([text]);
    }
  });

  it.each([200220, 200621] as const)("with an unknown property gets %i", async (unknownProperty) => {
    const caller = new Caller({ world: { unknownProperty } });
    const data = JSON.stringify({ ...cardOf(), surprise: 1 });
    const answer = await caller.call("POST", "/cardkit/v1/cards", { type: "card_json", data });
    expect([answer.code, answer.msg]).toEqual([unknownProperty, expect.stringContaining("surprise")]);
    const bad = await caller.call("POST", "/cardkit/v1/cards", { type: "card_json", data: "{" });
    expect(bad.code).toBe(200220);
  });

  it.each([30, 100, 150])("may have %i KB; above 30 the timeline says what is recommended", async (kilobytes) => {
    const caller = new Caller({ world: { cardBytes: kilobytes * 1024 } });
    const around = JSON.stringify(cardOf(markdown(""))).length;
    const create = (bytes: number): Promise<Answer> =>
      caller.call("POST", "/cardkit/v1/cards", {
        type: "card_json",
        data: JSON.stringify(cardOf(markdown("a".repeat(bytes - around)))),
      });
    expect((await create(kilobytes * 1024)).code).toBe(0);
    expect((await create(kilobytes * 1024 + 1)).code).toBe(200860);
    const warning = caller.emulator.timeline.find({ operation: "card.create" })[0]?.warning;
    expect(warning?.includes("recommends 30 KB") ?? false).toBe(kilobytes > 30);
  });
});

describe("several streaming cards in one chat", () => {
  it("share 13 calls a second where the world limits them; one alone does not count", async () => {
    for (const streamingCardsInChat of ["free", "limited"] as const) {
      const caller = new Caller({ world: { streamingCardsInChat } });
      const cards = [await caller.card(), await caller.card()];
      for (const cardId of cards) await caller.sendCard(cardId);
      await caller.pass(1000);
      const codes: number[] = [];
      for (let i = 1; i <= 7; i++) for (const id of cards) codes.push((await caller.content(id, "x", i)).code);
      expect(codes.filter((code) => code === 99991400)).toHaveLength(streamingCardsInChat === "free" ? 0 : 1);
      await caller.pass(1000);
      expect((await caller.content(cards[0] ?? "", "y", 20)).code).toBe(0);
    }
  });
});

describe("a world", () => {
  it("lists every question with its answers, the default among them", () => {
    const world = defaultWorld();
    for (const [name, { values, fallback, source }] of Object.entries(WORLD_QUESTIONS)) {
      expect([name, [...new Set<unknown>(values)]]).toEqual([name, values]);
      expect(values as readonly unknown[]).toContain(fallback);
      expect(world[name as keyof World]).toBe(fallback);
      expect(source).not.toBe("");
    }
  });

  it("is given at the start, and changes while it runs", async () => {
    const caller = new Caller({ world: { cardTables: 3 } });
    expect(caller.emulator.world).toEqual({ ...defaultWorld(), cardTables: 3 });
    caller.emulator.world.unknownProperty = 200621;
    const data = JSON.stringify({ ...cardOf(), surprise: 1 });
    expect((await caller.call("POST", "/cardkit/v1/cards", { type: "card_json", data })).code).toBe(200621);
  });

  it("refuses questions and answers that there are not, by name", () => {
    expect(() => createEmulator({ world: { patchEntityMessage: "sometimes" as "noop" } })).toThrow(
      'patchEntityMessage: one of "noop"',
    );
    expect(() => createEmulator({ world: { weather: "fine" } as never })).toThrow("weather");
  });

  it("is read from words", () => {
    expect(
      parseWorld("patchEntityMessage=refuse, cardTables=3,cardLimitWhileStreaming=99991400,sendableAfterMs=750"),
    ).toEqual({ patchEntityMessage: "refuse", cardTables: 3, cardLimitWhileStreaming: 99991400, sendableAfterMs: 750 });
    expect(parseWorld("failedCallConsumesSequence=false")).toEqual({ failedCallConsumesSequence: false });
    expect(() => parseWorld("weather=fine")).toThrow("there is no question weather; there are patchEntityMessage,");
    expect(() => parseWorld("secondSend=never")).toThrow("secondSend is 11310, other, accepted; not never");
    expect(() => parseWorld("secondSend")).toThrow("name=answer");
  });
});
