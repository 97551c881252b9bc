import type { Logger } from "../../../src/log/index.ts";
import { pressAnswers } from "../../../src/plugin-sdk/index.ts";
import type { CardActionAnswer, IntakeEvent, SharedIntake } from "../../../src/plugin-sdk/index.ts";
import { SharedStateError } from "../../../src/shared/index.ts";
import type { HeldEntry, NoteChanges } from "../../../src/shared/index.ts";
import { sleep } from "../../../src/time/index.ts";
import { AppProcess } from "../app-process.ts";
import type { AppProcessOptions } from "../app-process.ts";
import type { Person } from "../bot-core.ts";
import type { FeishuDelivery } from "../delivery/index.ts";
import type { DedupeStore, FeishuCardAction, FeishuReaction } from "../inbound/index.ts";

/** A press, and whose it is. */
interface ToldPress {
  readonly action: FeishuCardAction;
  readonly person: Person;
}

/** A bot's work, as far as the other processes are about it. */
export interface SharedWork {
  onPress(action: FeishuCardAction, person: Person): Promise<CardActionAnswer>;
  /** An emoji on a message that the process which it came to does not know. */
  onToldReaction(reaction: FeishuReaction): void;
  /** What is done in a chat, or in all, is another process's: it stops without a word. */
  handOver(chatId?: string): void;
  /** Gives back what waits. */
  leaveWaiting(): void;
}

/** What connects a bot to its other processes. */
export interface SharedBotParts {
  readonly work: SharedWork;
  /** Tells the work of an event; resolves when that is done. */
  readonly replay: (event: unknown) => Promise<void>;
  /** Resolves when everything that has come was dealt with. */
  readonly idle: () => Promise<void>;
}

/** A message in the hands of this process. */
interface Taken {
  readonly entry: HeldEntry;
  readonly settled: (left: boolean) => void;
  /** The work has a question of it. */
  isAsked: boolean;
  /** Another process had begun to answer it. */
  readonly isInterrupted: boolean;
}

interface Body {
  readonly id: string;
  readonly event: unknown;
}

const TURN = "turn:";
/** A handler does not begin later than this because of a Redis that does not answer. */
const NOTE_WITHIN_MS = 1_000;
/** A press has to be answered within 2.5 s, and its own process answers within 2. */
const ASK_WITHIN_MS = 2_300;

/**
 * One of several processes that run one bot. Messages go through the queue of their chat, which one process owns and answers from. What
 * a handler has begun is begun by no other process: it may have done anything.
 */
export class SharedBot implements SharedIntake {
  readonly #process: AppProcess;
  readonly #logger: Logger;
  readonly #options: Pick<AppProcessOptions, "share" | "clock">;
  readonly #taken = new Map<string, Taken>();
  readonly #ready = Promise.withResolvers<SharedBotParts>();
  #parts: SharedBotParts | undefined;
  #isResting = false;

  constructor(options: Pick<AppProcessOptions, "appId" | "share" | "clock" | "logger" | "random">) {
    this.#logger = options.logger;
    this.#options = options;
    this.#process = new AppProcess({
      ...options,
      kind: "library",
      chats: {
        handle: (entry) => this.#handle(entry),
        abandon: (chatId) => this.#parts?.work.handOver(chatId),
      },
      onLost: () => this.#parts?.work.handOver(),
      // Sent by `press` of some process.
      onAsk: async (question) => {
        const { action, person } = question as ToldPress;
        return (await this.#parts?.work.onPress(action, person)) ?? {};
      },
      // Sent by `tellReaction` of some process.
      onTold: (reaction) => this.#parts?.work.onToldReaction(reaction as FeishuReaction),
    });
  }

  /** What a button says of where it is from. */
  get name(): string {
    return this.#process.name;
  }

  /** Which events were taken, by any of the processes. */
  get dedupe(): DedupeStore {
    return { claim: (key, forMs) => this.#process.once(`event:${key}`, forMs) };
  }

  /** @throws SharedStateError when the state cannot be reached */
  start(delivery: FeishuDelivery, parts: SharedBotParts): Promise<void> {
    this.#parts = parts;
    return this.#process.start(delivery);
  }

  /** The bot is connected: events can be dealt with. */
  connected(): void {
    if (this.#parts !== undefined) this.#ready.resolve(this.#parts);
  }

  async take({ chatId, id, body: event }: IntakeEvent): Promise<"taken" | "local"> {
    try {
      const body = JSON.stringify({ id, event } satisfies Body);
      const outcome = await this.#process.take({ chat: chatId, key: id, body });
      // The work tells the person that too much waits.
      return outcome === "full" ? "local" : "taken";
    } catch (error) {
      if (!(error instanceof SharedStateError) || error.trouble === "unknown") throw error;
      this.#logger.warn("an event could not be shared and is dealt with here", { trouble: error.trouble });
      // Feishu may hear too late that it arrived, and send it to another process.
      void this.#process.know(id);
      return "local";
    }
  }

  owns: AppProcess["owns"] = (cardId) => this.#process.owns(cardId);
  mayWrite: AppProcess["mayWrite"] = (chatId) => this.#process.mayWrite(chatId);
  lease: AppProcess["lease"] = (ask) => this.#process.lease(ask);
  follow: AppProcess["follow"] = (reply, place) => this.#process.follow(reply, place);

  /** Whether another process had begun to answer a message, and is gone. */
  wasInterrupted(messageId: string): boolean {
    return this.#taken.get(messageId)?.isInterrupted === true;
  }

  /** The work has a question of a message. */
  asked(messageId: string): void {
    const taken = this.#taken.get(messageId);
    if (taken !== undefined) taken.isAsked = true;
  }

  /** A handler is about to begin; resolves when that is written down. @returns false when the message is another process's now */
  async begin(messageId: string): Promise<boolean> {
    const entry = this.#taken.get(messageId)?.entry;
    if (entry === undefined) return true;
    const late = new AbortController();
    const noted = entry.note({ [TURN + entry.id]: "begun" });
    const tooLate = sleep(this.#options.clock, NOTE_WITHIN_MS, late.signal).then(
      () => entry.isHeld,
      () => entry.isHeld,
    );
    const isHeld = await Promise.race([noted, tooLate]);
    late.abort();
    return isHeld;
  }

  /** People can see something of the answer. */
  shown(messageId: string): void {
    const entry = this.#taken.get(messageId)?.entry;
    if (entry !== undefined) void entry.note({ [TURN + entry.id]: "shown" });
  }

  /** A message is dealt with, or left for the other processes. @returns whether it came from the queue that they share */
  settled(messageId: string, left = false): boolean {
    const taken = this.#taken.get(messageId);
    taken?.settled(left);
    return taken !== undefined;
  }

  /** A press on a button of another process, as that one answers it. */
  async press(press: ToldPress, at: string): Promise<CardActionAnswer> {
    try {
      const said = await this.#process.ask(at, press, ASK_WITHIN_MS);
      if (typeof said === "string") return pressAnswers[said === "gone" ? "forged" : "away"];
      // Answered by `onAsk` of that process.
      return said.answer as CardActionAnswer;
    } catch (error) {
      if (!(error instanceof SharedStateError)) throw error;
      return pressAnswers.away;
    }
  }

  /** The message that an emoji is on may be known to another process. Never rejects. */
  async tellReaction(reaction: FeishuReaction): Promise<void> {
    await this.#process.tellOthers(reaction).catch(() => {});
  }

  /** Begins nothing new, gives back what waits, and lets answers go on for the time that the settings give. */
  async drain(): Promise<void> {
    const { share, clock } = this.#options;
    this.#isResting = true;
    this.#process.rest();
    this.#parts?.work.leaveWaiting();
    const late = new AbortController();
    await Promise.race([this.#parts?.idle(), sleep(clock, share.drainMs, late.signal).catch(() => {})]);
    late.abort();
  }

  /** What is left is for the other processes. Idempotent. */
  leave(): Promise<void> {
    return this.#process.leave();
  }

  async #handle(entry: HeldEntry): Promise<NoteChanges | undefined> {
    const { replay } = await this.#ready.promise;
    if (this.#isResting || !entry.isHeld) return undefined;
    // Written by `take` of some process.
    const { id, event } = JSON.parse(entry.body) as Body;
    const before = entry.notes[TURN + entry.id];
    const gone: NoteChanges = { [TURN + entry.id]: null };
    // Its cards are ended by who has that process's book.
    if (before === "shown") return gone;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const taken: Taken = { entry, settled: resolve, isAsked: false, isInterrupted: before !== undefined };
    this.#taken.set(id, taken);
    try {
      await replay(event);
      const isLeft = taken.isAsked && (await promise);
      return isLeft || !entry.isHeld ? undefined : gone;
    } finally {
      if (this.#taken.get(id) === taken) this.#taken.delete(id);
    }
  }
}
