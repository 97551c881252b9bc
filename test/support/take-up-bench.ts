import { createFeishuClient } from "../../extensions/feishu/client/index.ts";
import { FeishuDelivery, takeUp } from "../../extensions/feishu/delivery/index.ts";
import type { FeishuDeliveryOptions, TakenUpReply } from "../../extensions/feishu/delivery/index.ts";
import type { ReplyDispatcher, ReplyDispatcherOptions } from "../../extensions/feishu/reply-dispatcher.ts";
import { createReplyDispatcher } from "../../extensions/feishu/reply-dispatcher.ts";
import { sendTextFeishu } from "../../extensions/feishu/send.ts";
import type { SentMessage } from "../../extensions/feishu/send.ts";
import { createEmulator } from "../../src/emulator/index.ts";
import type { Emulator, Fetch, World } from "../../src/emulator/index.ts";
import { silentLogger } from "../../src/log/index.ts";
import type { BegunCard, BegunReply } from "../../src/stream/index.ts";
import { toDelta } from "../../src/stream/index.ts";
import { FakeClock } from "./fake-clock.ts";
import { seededRandom } from "./reply-bench.ts";

const LIMITS: { maxChars: number; maxBytes: number; maxTables: number } = {
  maxChars: 400,
  maxBytes: 60_000,
  maxTables: 5,
};
const PARAGRAPH =
  "A **bold** word, `code`, a [link](https://example.com/a) and some more of it, so that it is longer. ";
export const SOURCE: string = Array.from(
  { length: 14 },
  (_, i) => `${i}. ${PARAGRAPH}${i % 3 === 2 ? "\n\n" : ""}`,
).join("");

/** At which of its calls a process is killed, and what becomes of that call: it never leaves, is answered to nobody, or lands later. */
export interface KillOptions {
  readonly killAt?: number;
  readonly when?: "before" | "after" | "late";
  readonly lateMs?: number;
  /** Only its calls of this HTTP method are counted. */
  readonly method?: string;
}

/** A process of an app: it can be killed before or after any of its calls, or stand still. */
export class Process {
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
    options: KillOptions & { readonly ownership?: FeishuDeliveryOptions["ownership"] } = {},
  ) {
    this.emulator = emulator;
    this.clock = clock;
    this.random = seededRandom(seed);
    const fetch: Fetch = async (url, init) => {
      const number = options.method === undefined || init?.method === options.method ? this.calls++ : undefined;
      if (this.#isFrozen) await this.#thawed.promise;
      if (number !== undefined && number === options.killAt && options.when === "before") this.freeze();
      if (this.#isFrozen) await this.#thawed.promise;
      if (number !== undefined && number === options.killAt && options.when === "late") {
        this.freeze();
        const { signal: _, ...rest } = init ?? {};
        clock.setTimer(options.lateMs ?? 0, () => void emulator.fetch(url, rest));
        await this.#thawed.promise;
      }
      const answer = await emulator.fetch(url, init);
      if (number !== undefined && number === options.killAt) this.freeze();
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

  /** It has gone: nothing of it comes back. */
  bury(): void {
    this.freeze();
    this.#thawed = Promise.withResolvers();
    this.delivery.close();
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

  say(text: string): Promise<SentMessage> {
    const chatId = this.emulator.directChatId();
    return this.clock.runUntil(sendTextFeishu(this.delivery.client, { to: { type: "chat", chatId }, text }));
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

export async function write(reply: ReplyDispatcher, source: string, clock: FakeClock): Promise<void> {
  for (let at = 0; at < source.length; at += 100) {
    reply.append(toDelta(source.slice(at, at + 100)));
    await clock.advance(150);
  }
}

export interface TakeUpWorld {
  readonly clock: FakeClock;
  readonly emulator: Emulator;
  readonly chatId: string;
}

export function world(given: Partial<World> = {}): TakeUpWorld {
  const clock = new FakeClock({ settleRounds: 2 });
  const emulator = createEmulator({ clock, seed: 1, latencyMs: 50, world: given });
  return { clock, emulator, chatId: emulator.directChatId() };
}

export const open = (emulator: Emulator, chatId: string): unknown[] =>
  emulator.visibleTexts(chatId).filter(({ streaming }) => streaming);

export const taking = (process: Process, begun: BegunReply): Promise<TakenUpReply | undefined> =>
  process.clock.runUntil(takeUp({ delivery: process.delivery, begun, limits: LIMITS }));
