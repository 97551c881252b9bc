import type { Emulator, EmulatorOptions, Fetch } from "../../src/emulator/index.ts";
import { createEmulator } from "../../src/emulator/index.ts";
import { createFeishuClient } from "../../extensions/feishu/client/index.ts";
import type { FeishuClient } from "../../extensions/feishu/client/index.ts";
import { FeishuDelivery } from "../../extensions/feishu/delivery/index.ts";
import type { DeliverySettings } from "../../extensions/feishu/delivery/index.ts";
import { CallQuota, createMemoryLedger } from "../../extensions/feishu/quota/index.ts";
import type { QuotaSettings } from "../../extensions/feishu/quota/index.ts";
import { createReplyDispatcher } from "../../extensions/feishu/reply-dispatcher.ts";
import type { ReplyDispatcher, ReplyDispatcherOptions } from "../../extensions/feishu/reply-dispatcher.ts";
import type { Logger } from "../../src/log/index.ts";
import { silentLogger } from "../../src/log/index.ts";
import { FakeClock } from "./fake-clock.ts";

/** Repeatable numbers from 0 (inclusive) to 1. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The real client, the real engine and the emulator in virtual time. */
export interface ReplyBench {
  readonly clock: FakeClock;
  readonly emulator: Emulator;
  readonly client: FeishuClient;
  readonly delivery: FeishuDelivery;
  readonly chatId: string;
  /** Most writes to one card that were under way at the same time. */
  readonly mostWritesAtOnce: number;
  open(options?: Partial<Omit<ReplyDispatcherOptions, "delivery">>): ReplyDispatcher;
  /** Texts of the bot's messages in the chat: answer elements joined, one string a message. */
  answers(): string[];
  close(): Promise<void>;
}

export interface ReplyBenchOptions {
  readonly seed?: number;
  readonly emulator?: Partial<EmulatorOptions>;
  readonly settings?: DeliverySettings;
  readonly logger?: Logger;
  /** A budget of calls of which `used` are gone. */
  readonly quota?: QuotaSettings & { readonly used: number };
}

export function createReplyBench(options: ReplyBenchOptions = {}): ReplyBench {
  const clock = new FakeClock({ settleRounds: 2 });
  const random = seededRandom(options.seed ?? 1);
  const emulator = createEmulator({
    clock,
    seed: options.seed ?? 1,
    latencyMs: [40, 120],
    ...options.emulator,
  });
  const { appId, appSecret } = emulator.app;
  const logger = options.logger ?? silentLogger;
  const writes = new ConcurrentWrites();
  const quota = options.quota && new CallQuota({ ...options.quota, ledger: createMemoryLedger(), clock, logger });
  for (let used = 0; used < (options.quota?.used ?? 0); used++) quota?.onCall({ code: 0 });
  const client = createFeishuClient({
    account: { appId, appSecret, domain: emulator.apiUrl },
    fetch: writes.watch(emulator.fetch),
    clock,
    logger,
    random,
    onCall: quota?.onCall,
  });
  const delivery = new FeishuDelivery({ client, clock, random, logger, settings: options.settings, quota });
  const chatId = emulator.directChatId();
  return {
    clock,
    emulator,
    client,
    delivery,
    chatId,
    get mostWritesAtOnce() {
      return writes.most;
    },
    open: (reply = {}) => createReplyDispatcher({ delivery, target: { type: "chat", chatId }, chatId, ...reply }),
    answers: () => answersIn(emulator, chatId),
    close: async () => {
      delivery.close();
      await client.close();
      await emulator.close();
    },
  };
}

/** What the bot's messages say, without the status line, notes and tool lines. */
export function answersIn(emulator: Emulator, chatId: string): string[] {
  return emulator
    .visibleTexts(chatId)
    .filter(({ sender }) => sender === "app")
    .map((message) =>
      message.kind === "card"
        ? message.parts
            .filter(({ elementId }) => /^a\d+$/u.test(elementId ?? ""))
            .map(({ text }) => text)
            .join("")
        : message.text,
    );
}

/** Counts how many writes to the same card are under way at once. */
class ConcurrentWrites {
  most = 0;
  readonly #now = new Map<string, number>();

  watch(fetch: Fetch): Fetch {
    return async (url, init) => {
      const card = /\/cards\/(\d+)/u.exec(url instanceof Request ? url.url : url.toString())?.[1];
      if (card === undefined) return fetch(url, init);
      const count = (this.#now.get(card) ?? 0) + 1;
      this.#now.set(card, count);
      this.most = Math.max(this.most, count);
      try {
        return await fetch(url, init);
      } finally {
        this.#now.set(card, (this.#now.get(card) ?? 1) - 1);
      }
    };
  }
}
