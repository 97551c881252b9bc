import { describe, expect, it } from "vitest";
import type { World } from "../../../src/emulator/index.ts";
import { toDelta } from "../../../src/stream/index.ts";
import { answersIn } from "../../support/reply-bench.ts";
import type { KillOptions, TakeUpWorld } from "../../support/take-up-bench.ts";
import { open, Process, SOURCE, taking, world, write } from "../../support/take-up-bench.ts";

/** Without anything that the next message repeats of the one before. */
const WORDS = Array.from({ length: 150 }, (_, i) => `word${i} `).join("");

/** CardKit answers nothing but errors from the moment `from` on. */
function down({ emulator }: TakeUpWorld, from = 0): void {
  emulator.faults.add({ operation: ["card.*", "element.*"], effect: { type: "http", status: 503 }, from });
}

function withoutCardKit(): TakeUpWorld {
  const made = world();
  down(made);
  return made;
}

/** What the reply says when nothing happens to it. */
async function undisturbed(): Promise<string[]> {
  const { clock, emulator, chatId } = withoutCardKit();
  const reply = new Process(emulator, clock, 1).open();
  await write(reply, SOURCE, clock);
  await clock.runUntil(reply.finalize());
  return answersIn(emulator, chatId);
}

/** A process is killed at a call; another one goes on, writes the rest, and ends the reply. */
async function killed(
  options: KillOptions,
): Promise<TakeUpWorld & { readonly killedAt: boolean; readonly why: string }> {
  const made = withoutCardKit();
  const { clock, emulator } = made;
  const why = JSON.stringify(options);
  const dead = new Process(emulator, clock, 1, options);
  const first = dead.open();
  dead.follow(first);
  await write(first, SOURCE, clock);
  if (dead.calls <= (options.killAt ?? 0)) return { ...made, killedAt: false, why };
  dead.bury();
  const heir = new Process(emulator, clock, 2);
  const takenUp = await taking(heir, dead.noted);
  expect(takenUp, why).toBeDefined();
  expect(SOURCE.startsWith(takenUp?.text ?? "?"), why).toBe(true);
  const reply = heir.open({ takenUp });
  reply.open();
  await write(reply, SOURCE.slice(takenUp?.text.length), clock);
  const result = await clock.runUntil(reply.finalize());
  expect(result, why).toMatchObject({ delivered: SOURCE.length, error: undefined, owed: [] });
  return { ...made, killedAt: true, why };
}

describe("[D13][E13][S18] a reply in ordinary messages whose process is gone", { timeout: 120_000 }, () => {
  it.each<Pick<KillOptions, "when" | "lateMs">>([
    { when: "before" },
    { when: "after" },
    { when: "late", lateMs: 3_500 },
    { when: "late", lateMs: 12_000 },
    { when: "late", lateMs: 17_000 },
  ])("goes on in the same messages, with every word once, killed at any of its calls: %o", async (how) => {
    const whole = await undisturbed();
    expect(whole.length).toBeGreaterThan(2);
    let killedTimes = 0;
    for (let killAt = 1; ; killAt += how.when === "late" ? 3 : 1) {
      const { clock, emulator, chatId, killedAt, why } = await killed({ ...how, killAt });
      if (!killedAt) break;
      killedTimes += 1;
      expect(answersIn(emulator, chatId), why).toEqual(whole);
      await clock.advance(60_000);
      expect(answersIn(emulator, chatId), why).toEqual(whole);
      expect(open(emulator, chatId), why).toEqual([]);
    }
    expect(killedTimes).toBeGreaterThan(how.when === "late" ? 3 : 8);
  });

  it.each([2_500, 8_000, 14_000])(
    "is put right within 15 s when a patch of the dead process lands after the last write, %i ms late",
    async (lateMs) => {
      const text = WORDS.slice(0, 350);
      let spoiltTimes = 0;
      for (let killAt = 0; killAt < 4; killAt++) {
        const { clock, emulator, chatId } = withoutCardKit();
        const dead = new Process(emulator, clock, 1, { killAt, when: "late", lateMs, method: "PATCH" });
        const first = dead.open();
        dead.follow(first);
        for (let at = 0; at < 300; at += 60) {
          first.append(toDelta(text.slice(at, at + 60)));
          await clock.advance(1_100);
          if (dead.calls > killAt) break;
        }
        dead.bury();
        const heir = new Process(emulator, clock, 2);
        const takenUp = await taking(heir, dead.noted);
        const reply = heir.open({ takenUp });
        reply.append(toDelta(text.slice(takenUp?.text.length)));
        const ended = reply.finalize();
        let spoiltMs = 0;
        let wasRight = false;
        for (let waited = 0; waited < 40_000; waited += 250) {
          await clock.advance(250);
          const isRight = answersIn(emulator, chatId).join("") === text;
          if (isRight) wasRight = true;
          else if (wasRight) spoiltMs += 250;
        }
        if (spoiltMs > 0) spoiltTimes += 1;
        expect(spoiltMs, `killed at patch ${killAt}`).toBeLessThan(7_000);
        expect(await clock.runUntil(ended)).toMatchObject({ delivered: text.length, error: undefined });
        expect(answersIn(emulator, chatId)).toEqual([text]);
      }
      expect(spoiltTimes, "it was never spoilt, and nothing is proven").toBeGreaterThan(0);
    },
  );

  it("counts nothing as delivered that a call of the dead process may still take away", async () => {
    const { clock, emulator, chatId } = withoutCardKit();
    const dead = new Process(emulator, clock, 1);
    const first = dead.open();
    dead.follow(first);
    await write(first, SOURCE.slice(0, 300), clock);
    await clock.advance(2_000);
    dead.bury();
    const heir = new Process(emulator, clock, 2);
    const takenUp = await taking(heir, dead.noted);
    const reply = heir.open({ takenUp });
    reply.open();
    const result = await clock.runUntil(reply.finalize({ withinMs: 5_000 }));
    expect(result.delivered).toBe(0);
    expect(result.error).toBeDefined();
    expect(result.owed).toHaveLength(1);
    await clock.advance(60_000);
    expect(heir.delivery.debts.list).toEqual([]);
    expect(answersIn(emulator, chatId)).toEqual([SOURCE.slice(0, 300)]);
    expect(open(emulator, chatId)).toEqual([]);
  });

  it("is not gone on with in a message that shows no card of this kind", async () => {
    const { clock, emulator, chatId } = withoutCardKit();
    const dead = new Process(emulator, clock, 1);
    const { messageId } = await dead.say("A text.");
    const card = { cardId: undefined, messageId, start: 0, openedAt: clock.wallNow() };
    const heir = new Process(emulator, clock, 2);
    for (const isOpen of [true, false])
      expect(await taking(heir, { text: "A text.", cards: [{ ...card, isOpen }] })).toBeUndefined();
    expect(answersIn(emulator, chatId)).toEqual(["A text."]);
  });
});

describe(
  "[D13][S2] a card that was sent but not written down, where CardKit is down for who goes on",
  { timeout: 120_000 },
  () => {
    const WORLDS: Partial<World>[] = (["noop", "replace", "replaceUntilNextCardKitCall", "refuse"] as const).map(
      (patchEntityMessage) => ({ patchEntityMessage }),
    );
    const refused = { type: "code", code: 230_099, msg: "ErrCode: 11310; ErrMsg: cardid is invalid; " } as const;
    const ways = WORLDS.flatMap((given) =>
      [undefined, refused].flatMap((sending) => [1, 0].map((noted) => ({ ...given, sending, noted }))),
    );
    it.each(ways)("has every word once in the end: %o", async ({ sending, noted, ...given }) => {
      let recalled = 0;
      for (let killAt = 2; killAt < 8; killAt++) {
        const { clock, emulator, chatId } = world(given);
        const text = WORDS;
        const dead = new Process(emulator, clock, 1, { killAt, when: "after" });
        const first = dead.open();
        dead.follow(first);
        await write(first, text, clock);
        dead.bury();
        const cards = dead.noted.cards.slice(0, noted).map((card) => ({ ...card, messageId: undefined }));
        const upAgain = clock.now() + 120_000;
        const effect = { type: "http", status: 503 } as const;
        const during = { effect, from: clock.now(), until: upAgain };
        emulator.faults.add({ ...during, operation: ["card.*", "element.*"] });
        if (sending !== undefined)
          emulator.faults.add({ ...during, operation: "message.create", contains: "card_id", effect: sending });
        const heir = new Process(emulator, clock, 2);
        const takenUp = await taking(heir, { text: dead.noted.text, cards });
        const reply = heir.open({ takenUp });
        reply.open();
        await write(reply, text.slice(takenUp?.text.length), clock);
        const result = await clock.runUntil(reply.finalize());
        const shown = (): string => answersIn(emulator, chatId).join("");
        expect(result.delivered, `killed after ${killAt}`).toBe(text.length);
        expect(shown(), `killed after ${killAt}`).toBe(text);
        await clock.advance(upAgain - clock.now() + 600_000);
        expect(shown(), `killed after ${killAt}`).toBe(text);
        expect(open(emulator, chatId), `killed after ${killAt}`).toEqual([]);
        recalled += emulator.timeline.find({ operation: "message.delete" }).length;
      }
      if (sending !== undefined)
        expect(recalled, "the entity's message was brought by the uuid, and taken away").toBeGreaterThan(0);
    });
  },
);
