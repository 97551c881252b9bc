import { createFeishuClient } from "../../extensions/feishu/client/index.ts";
import type { Fetch } from "../../extensions/feishu/client/index.ts";
import { closeOrphanCard, FeishuDelivery } from "../../extensions/feishu/delivery/index.ts";
import { createReplyDispatcher } from "../../extensions/feishu/reply-dispatcher.ts";
import type { ReplyDispatcher, ReplyDispatcherOptions } from "../../extensions/feishu/reply-dispatcher.ts";
import { createJournal, journalCards } from "../../src/plugin-sdk/index.ts";
import type { Journal } from "../../src/plugin-sdk/index.ts";
import { silentLogger } from "../../src/log/index.ts";
import { readCards, readStarts, StreamNotes } from "../../src/feed/stream-notes.ts";
import type { BegunReply } from "../../src/stream/index.ts";
import type { Clock } from "../../src/time/index.ts";
import { seededRandom } from "../support/reply-bench.ts";
import type { TrialFeishu } from "./feishu.ts";

/** One process of a bot: it can be killed, and another can be started that finds its journal. */
export class BotProcess {
  readonly delivery: FeishuDelivery;
  /** Calls made so far. */
  calls = 0;
  /** Most writes to one card that were under way at once. */
  mostWritesAtOnce = 0;
  onCall: () => void = () => {};
  readonly #clock: Clock;
  readonly #journal: Journal | undefined;
  #alive = true;
  readonly #writes = new Map<string, number>();

  constructor(options: {
    feishu: TrialFeishu;
    clock: Clock;
    seed: number;
    pid: number;
    journalIn: string | undefined;
  }) {
    const { feishu, seed, pid, journalIn } = options;
    const clock = this.#mortal(options.clock);
    this.#clock = clock;
    const random = seededRandom(seed + pid);
    const { appId, appSecret, baseUrl: domain } = feishu;
    const client = createFeishuClient({
      account: { appId, appSecret, domain },
      fetch: this.#watched(feishu.fetch),
      clock,
      logger: silentLogger,
      random,
    });
    this.delivery = new FeishuDelivery({ client, clock, random });
    this.#journal =
      journalIn === undefined
        ? undefined
        : createJournal({
            directory: journalIn,
            pid,
            run: `run${pid}`,
            // Whoever asks is the one that lives.
            isAlive: () => false,
            logger: silentLogger,
          });
  }

  get alive(): boolean {
    return this.#alive;
  }

  open(options: Omit<ReplyDispatcherOptions, "delivery">): ReplyDispatcher {
    const reply = createReplyDispatcher({ delivery: this.delivery, ...options });
    if (this.#journal !== undefined)
      journalCards(this.#journal, reply, { channel: "feishu", account: "a", language: "en" }, this.#clock);
    return reply;
  }

  /** Writes down which cards a reply has, and how much of its text was known a moment ago. */
  note(reply: ReplyDispatcher): () => BegunReply {
    let noted: BegunReply = { text: "", cards: [] };
    const notes = new StreamNotes({
      clock: this.#clock,
      cards: [],
      write: async (given) => {
        if (this.#alive) noted = { text: reply.text, cards: readCards(given), starts: readStarts(given) };
        return this.#alive;
      },
    });
    notes.follow(reply);
    return () => noted;
  }

  /** Ends what processes before this one left open. Resolves when it has been tried; never rejects. */
  async recover(): Promise<void> {
    await this.#journal?.recover(({ cardId, messageId, remainder }) =>
      closeOrphanCard(this.delivery, { cardId, messageId, locale: "en", remainder }),
    );
  }

  /** Like `kill -9`: nothing that it had begun goes on. What is on its way to Feishu arrives. */
  kill(): void {
    this.#alive = false;
  }

  /** Lets go of what a process holds that is really over. */
  end(): void {
    this.kill();
    this.#journal?.close();
  }

  #mortal(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      wallNow: () => clock.wallNow(),
      setTimer: (ms, work) =>
        clock.setTimer(ms, () => {
          if (this.#alive) work();
        }),
    };
  }

  #watched(fetch: Fetch): Fetch {
    return async (url, init) => {
      if (!this.#alive) return new Promise(() => {});
      this.calls += 1;
      const card = init.method === "GET" ? undefined : /\/cards\/(\d+)/u.exec(url)?.[1];
      const under = card === undefined ? 0 : (this.#writes.get(card) ?? 0) + 1;
      this.mostWritesAtOnce = Math.max(this.mostWritesAtOnce, under);
      if (card !== undefined) this.#writes.set(card, under);
      const sent = fetch(url, init);
      this.onCall();
      try {
        const answer = await sent;
        return this.#alive ? answer : await new Promise<never>(() => {});
      } catch (error) {
        if (!this.#alive) await new Promise<never>(() => {});
        throw error;
      } finally {
        if (card !== undefined) this.#writes.set(card, (this.#writes.get(card) ?? 1) - 1);
      }
    };
  }
}
