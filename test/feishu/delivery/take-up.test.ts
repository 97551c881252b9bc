import { describe, expect, it } from "vitest";
import { createFeishuClient } from "../../../extensions/feishu/client/index.ts";
import { FeishuDelivery, takeUp } from "../../../extensions/feishu/delivery/index.ts";
import type { FeishuDeliveryOptions, TakenUpReply } from "../../../extensions/feishu/delivery/index.ts";
import type { ReplyDispatcher, ReplyDispatcherOptions } from "../../../extensions/feishu/reply-dispatcher.ts";
import { createReplyDispatcher } from "../../../extensions/feishu/reply-dispatcher.ts";
import { createEmulator } from "../../../src/emulator/index.ts";
import type { Emulator, Fetch } from "../../../src/emulator/index.ts";
import { silentLogger } from "../../../src/log/index.ts";
import type { BegunCard, BegunReply } from "../../../src/stream/index.ts";
import { toDelta } from "../../../src/stream/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { answersIn, seededRandom } from "../../support/reply-bench.ts";

const LIMITS = { maxChars: 400, maxBytes: 60_000, maxTables: 5 };
const PARAGRAPH =
  "A **bold** word, `code`, a [link](https://example.com/a) and some more of it, so that it is longer. ";
const SOURCE = Array.from({ length: 14 }, (_, i) => `${i}. ${PARAGRAPH}${i % 3 === 2 ? "\n\n" : ""}`).join("");

/** A process of an app: it can be killed before or after any of its calls, or stand still. */
class Process {
  readonly delivery: FeishuDelivery;
  readonly random: () => number;
  calls = 0;
  #thawed = Promise.withResolvers<void>();
  #isFrozen = false;
  /** What it has written down, later than it happened. */
  #noted: BegunReply = { text: "", cards: [] };
  readonly #cards = new Map<number, BegunCard>();

  readonly emulator: Emulator;
  readonly clock: FakeClock;

  constructor(
    emulator: Emulator,
    clock: FakeClock,
    seed: number,
    options: { killAt?: number; when?: "before" | "after"; ownership?: FeishuDeliveryOptions["ownership"] } = {},
  ) {
    this.emulator = emulator;
    this.clock = clock;
    this.random = seededRandom(seed);
    const fetch: Fetch = async (url, init) => {
      const number = this.calls++;
      if (this.#isFrozen) await this.#thawed.promise;
      if (number === options.killAt && options.when === "before") this.freeze();
      if (this.#isFrozen) await this.#thawed.promise;
      const answer = await emulator.fetch(url, init);
      if (number === options.killAt) this.freeze();
      if (this.#isFrozen) await this.#thawed.promise;
      return answer;
    };
    const { appId, appSecret } = emulator.app;
    const { random } = this;
    const client = createFeishuClient({
      account: { appId, appSecret, domain: emulator.apiUrl },
      fetch,
      clock,
      logger: silentLogger,
      random,
      timeoutMs: 60_000,
    });
    this.delivery = new FeishuDelivery({ client, clock, random, ownership: options.ownership });
  }

  freeze(): void {
    this.#isFrozen = true;
  }

  thaw(): void {
    this.#isFrozen = false;
    this.#thawed.resolve();
    this.#thawed = Promise.withResolvers();
  }

  open(options: Partial<ReplyDispatcherOptions> = {}): ReplyDispatcher {
    const chatId = this.emulator.directChatId();
    const settings = { rolloverChars: LIMITS.maxChars, heartbeatMs: 3_600_000 };
    return createReplyDispatcher({
      delivery: this.delivery,
      target: { type: "chat", chatId },
      chatId,
      id: "turn 1",
      settings,
      ...options,
    });
  }

  /** Writes a reply down as it becomes known, text every 400 ms. */
  follow(reply: ReplyDispatcher): void {
    const starts = new Map<number, number>();
    reply.events.on("rollover", ({ index, at }) => void starts.set(index, at));
    reply.events.on("card", ({ index, cardId, messageId }) => {
      const openedAt = this.#cards.get(index)?.openedAt ?? this.clock.wallNow();
      this.#cards.set(index, { cardId, messageId, openedAt, start: starts.get(index) ?? 0, isOpen: true });
      this.#note(reply.text);
    });
    reply.events.on("complete", ({ index }) => {
      const card = this.#cards.get(index);
      if (card !== undefined) this.#cards.set(index, { ...card, isOpen: false });
      this.#note(reply.text);
    });
    let next = 0;
    reply.events.on("flush", () => {
      if (this.clock.now() < next) return;
      next = this.clock.now() + 400;
      this.#note(reply.text);
    });
  }

  /** As the others know it: nothing is written down by who stands still. */
  get noted(): BegunReply {
    return this.#noted;
  }

  #note(text: string): void {
    if (!this.#isFrozen) this.#noted = { text, cards: [...this.#cards.values()] };
  }
}

async function write(reply: ReplyDispatcher, source: string, clock: FakeClock): Promise<void> {
  for (let at = 0; at < source.length; at += 100) {
    reply.append(toDelta(source.slice(at, at + 100)));
    await clock.advance(150);
  }
}

function world(): { clock: FakeClock; emulator: Emulator; chatId: string } {
  const clock = new FakeClock({ settleRounds: 2 });
  const emulator = createEmulator({ clock, seed: 1, latencyMs: 50 });
  return { clock, emulator, chatId: emulator.directChatId() };
}

const open = (emulator: Emulator, chatId: string): unknown[] =>
  emulator.visibleTexts(chatId).filter(({ streaming }) => streaming);

const taking = (process: Process, begun: BegunReply): Promise<TakenUpReply | undefined> =>
  process.clock.runUntil(takeUp({ delivery: process.delivery, begun, limits: LIMITS }));

/** What the reply says when nothing happens to it. */
async function undisturbed(): Promise<string[]> {
  const { clock, emulator, chatId } = world();
  const reply = new Process(emulator, clock, 1).open();
  await write(reply, SOURCE, clock);
  await clock.runUntil(reply.finalize());
  return answersIn(emulator, chatId);
}

describe("[D13] a reply whose process is gone", () => {
  it.each(["before", "after"] as const)(
    "goes on in the same cards, with every word once, killed %s any of its calls",
    async (when) => {
      const whole = await undisturbed();
      expect(whole.length).toBeGreaterThan(2);
      let killed = 0;
      let goneOn = 0;
      for (let killAt = 1; killAt < 60; killAt++) {
        const { clock, emulator, chatId } = world();
        const dead = new Process(emulator, clock, 1, { killAt, when });
        const first = dead.open();
        dead.follow(first);
        await write(first, SOURCE, clock);
        if (dead.calls <= killAt) break;
        killed += 1;
        const heir = new Process(emulator, clock, 2);
        const takenUp = await taking(heir, dead.noted);
        expect(takenUp, `killed ${when} call ${killAt}`).toBeDefined();
        expect(SOURCE.startsWith(takenUp?.text ?? "?"), `killed ${when} call ${killAt}`).toBe(true);
        if ((takenUp?.cards.length ?? 0) > 0) goneOn += 1;
        const reply = heir.open({ takenUp, ...(takenUp?.cards.length === 0 ? { id: undefined } : {}) });
        reply.open();
        await write(reply, SOURCE.slice(takenUp?.text.length), clock);
        const result = await clock.runUntil(reply.finalize());
        expect(result, `killed ${when} call ${killAt}`).toMatchObject({ delivered: SOURCE.length, error: undefined });
        expect(answersIn(emulator, chatId), `killed ${when} call ${killAt}`).toEqual(whole);
        expect(open(emulator, chatId), `killed ${when} call ${killAt}`).toEqual([]);
      }
      expect(killed).toBeGreaterThan(20);
      expect(goneOn).toBeGreaterThan(killed - 5);
    },
  );

  it.each([0, 3])("goes on in a card that nobody had written down, its number %i", async (index) => {
    const whole = await undisturbed();
    for (let killAt = 1; killAt < 60; killAt++) {
      const { clock, emulator, chatId } = world();
      const dead = new Process(emulator, clock, 1, { killAt, when: "after" });
      const first = dead.open();
      dead.follow(first);
      await write(first, SOURCE, clock);
      if (dead.calls <= killAt) break;
      const { text, cards } = dead.noted;
      const heir = new Process(emulator, clock, 2);
      const takenUp = await taking(heir, { text, cards: cards.slice(0, index) });
      const reply = heir.open({ takenUp });
      reply.open();
      await write(reply, SOURCE.slice(takenUp?.text.length), clock);
      const result = await clock.runUntil(reply.finalize());
      expect(result, `killed after call ${killAt}`).toMatchObject({ delivered: SOURCE.length, error: undefined });
      expect(answersIn(emulator, chatId), `killed after call ${killAt}`).toEqual(whole);
      expect(open(emulator, chatId), `killed after call ${killAt}`).toEqual([]);
    }
  });

  it("[S7] writes nothing more when it comes back: neither to the card, nor beside it", async () => {
    const whole = await undisturbed();
    for (let freezeAt = 3; freezeAt < 40; freezeAt += 3) {
      const { clock, emulator, chatId } = world();
      let isOwner = true;
      const ownership: FeishuDeliveryOptions["ownership"] = {
        owns: async () => isOwner,
        mayWrite: async () => isOwner,
      };
      const zombie = new Process(emulator, clock, 1, { killAt: freezeAt, when: "before", ownership });
      const first = zombie.open();
      zombie.follow(first);
      await write(first, SOURCE.slice(0, 900), clock);
      const heir = new Process(emulator, clock, 2);
      isOwner = false;
      const takenUp = await taking(heir, zombie.noted);
      const reply = heir.open({ takenUp });
      reply.open();
      await write(reply, SOURCE.slice(takenUp?.text.length, 900), clock);
      const before = zombie.calls;
      zombie.thaw();
      first.append(toDelta("Words of a process that was taken for dead. ".repeat(20)));
      await clock.advance(500);
      await write(reply, SOURCE.slice(900), clock);
      const late = await clock.runUntil(first.finalize());
      await clock.runUntil(reply.finalize());
      await clock.advance(60_000);
      expect(answersIn(emulator, chatId), `frozen before call ${freezeAt}`).toEqual(whole);
      expect(open(emulator, chatId)).toEqual([]);
      expect(late.error, `frozen before call ${freezeAt}`).toBeDefined();
      expect(zombie.calls - before, `frozen before call ${freezeAt}`).toBeLessThan(20);
    }
  });

  it("[S7] [lesson 4] whose numbers were overtaken goes on in its card, with larger ones, when it owns the card", async () => {
    const whole = await undisturbed();
    const { clock, emulator, chatId } = world();
    const ownership: FeishuDeliveryOptions["ownership"] = { owns: async () => true, mayWrite: async () => true };
    const reply = new Process(emulator, clock, 1, { ownership }).open();
    await write(reply, SOURCE.slice(0, 300), clock);
    // As a Redis that came back without its newest writes lets it happen: somebody took the card over, and is gone.
    const [card] = emulator.store.cards.all();
    if (card === undefined) throw new Error("no card");
    card.sequence += 50_000;
    await write(reply, SOURCE.slice(300), clock);
    const result = await clock.runUntil(reply.finalize());
    expect(result).toMatchObject({ delivered: SOURCE.length, error: undefined });
    expect(answersIn(emulator, chatId)).toEqual(whole);
    expect(emulator.timeline.find({ code: 300_317 }).length).toBeGreaterThan(0);
  });

  it("says nothing more when it is told that another process goes on", async () => {
    const { clock, emulator, chatId } = world();
    const process = new Process(emulator, clock, 1);
    const reply = process.open();
    await write(reply, SOURCE.slice(0, 200), clock);
    await clock.advance(1_000);
    const calls = process.calls;
    const result = await clock.runUntil(reply.abort({ handedOver: true }));
    await clock.advance(120_000);
    expect(result.outcome).toBe("aborted");
    expect(process.calls).toBe(calls);
    expect(open(emulator, chatId)).toHaveLength(1);
  });

  it("is not gone on with where nobody can: no entity, another text on the card, a card that is gone", async () => {
    const { clock, emulator } = world();
    const dead = new Process(emulator, clock, 1);
    const first = dead.open();
    dead.follow(first);
    await write(first, SOURCE.slice(0, 300), clock);
    await clock.advance(1_000);
    dead.freeze();
    const heir = new Process(emulator, clock, 2);
    const [card] = dead.noted.cards;
    if (card === undefined) throw new Error("no card");
    expect(await taking(heir, { text: "Something else.", cards: [card] })).toBeUndefined();
    expect(await taking(heir, { ...dead.noted, cards: [{ ...card, cardId: undefined }] })).toBeUndefined();
    expect(await taking(heir, { ...dead.noted, cards: [{ ...card, cardId: "7300000000000000000" }] })).toBeUndefined();
    expect(await taking(heir, dead.noted)).toMatchObject({ text: SOURCE.slice(0, 300) });
  });
});
