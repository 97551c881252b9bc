import type { Logger } from "../log/index.ts";
import { DeadlineError, withDeadline } from "../time/index.ts";
import type { Clock } from "../time/index.ts";
import { Lanes } from "./lane.ts";
import type { LanesOptions } from "./lane.ts";

/** What a {@link QuestionQueue} keeps in order. */
export interface QueuedQuestion {
  /** What somebody wrote, or the message whose answer asks further. */
  readonly message: { readonly messageId: string; readonly chatId: string };
  /** Asked in the message's place: nobody has written it, so it shows no sign and is not read once more. @defaultValue what the message says */
  readonly question?: string | undefined;
}

/** What a {@link QuestionQueue} works with. */
export interface QuestionQueueOptions<T extends QueuedQuestion> {
  /** One question after the other, or everything at once that has come meanwhile. */
  readonly take: LanesOptions<T>["take"];
  readonly clock: Clock;
  readonly logger: Logger;
  /** Shows that a question waits; the result takes that off again. Neither may fail. Not asked of what is taken with `all`: that interrupts. */
  showWaiting(question: T): (() => void) | undefined;
  /** A question that waited, as it stands now; undefined when it was taken back. Must not reject. */
  reread(question: T): Promise<T | undefined>;
  /** Answers; never while an earlier answer of the same conversation is unfinished. Must not reject. */
  answer(key: string, questions: readonly T[]): Promise<void>;
  /** Tells who asked that no answer will come, because the process is being stopped. Must not reject. */
  refuse(question: T): Promise<void>;
  /** Nothing more is done for a question: it was answered, refused or taken out. `left`: it was taken out for another process to answer. */
  settled?(question: T, left: boolean): void;
}

interface Entry<T> {
  readonly question: T;
  readonly waited: boolean;
  unmark?: (() => void) | undefined;
}

/** For open replies to reach their final state when the process stops; with the disconnecting after it this stays below 5 s. */
const STOP_WITHIN_MS = 3_500;

/**
 * The questions of each conversation, one after the other. One that has to wait shows so, and is read once more when its turn comes, since
 * people edit what they wrote and take it back.
 */
export class QuestionQueue<T extends QueuedQuestion> {
  readonly #options: QuestionQueueOptions<T>;
  readonly #lanes: Lanes<Entry<T>>;
  readonly #beside = new Set<Promise<void>>();
  #stopping: Promise<void> | undefined;

  constructor(options: QuestionQueueOptions<T>) {
    this.#options = options;
    this.#lanes = new Lanes({ take: options.take, handle: (key, entries) => this.#handle(key, entries) });
  }

  /** Whether {@link QuestionQueue.stop} was called. */
  get isStopping(): boolean {
    return this.#stopping !== undefined;
  }

  /** Adds a question; false when too many wait already, and then nothing happens. */
  ask(key: string, question: T): boolean {
    const entry: Entry<T> = { question, waited: this.#lanes.busy(key) };
    if (!this.#lanes.push(key, entry)) return false;
    const options = this.#options;
    if (entry.waited && options.take === "one" && isWritten(question)) entry.unmark = options.showWaiting(question);
    return true;
  }

  /** Deals with a question out of its turn: a command that is not to wait, a word about why there will be no answer. @param answer must not reject */
  beside(question: T, answer: () => Promise<void>): void {
    const work = answer().finally(() => {
      this.#beside.delete(work);
      this.#options.settled?.(question, false);
    });
    this.#beside.add(work);
  }

  /** Questions of a conversation that wait. */
  waiting(key: string): number {
    return this.#lanes.waiting(key);
  }

  /**
   * Takes out what waits, in one conversation or all. What is being answered goes on.
   * @param left another process is to answer it
   * @param fits what is taken out. @defaultValue everything
   */
  drop(key?: string, left: boolean = false, fits: (question: T) => boolean = () => true): void {
    for (const question of this.#takeOut(key, fits)) this.#options.settled?.(question, left);
  }

  /** A message was taken back. What it asked is not answered if it still waits; the sign that it waits is gone with it. */
  recall(messageId: string): void {
    this.#forget(({ message }) => message.messageId === messageId);
  }

  /** Nobody can be answered in a chat any more. @param left another process is to answer there */
  loseChat(chatId: string, left: boolean = false): void {
    this.#forget(({ message }) => message.chatId === chatId, left);
  }

  /** Resolves when nothing is being answered and nothing waits. */
  async idle(): Promise<void> {
    await this.#lanes.idle();
    while (this.#beside.size > 0) {
      await Promise.all(this.#beside);
      await this.#lanes.idle();
    }
  }

  /**
   * Answers nothing more, refuses what waits, and lets `end` end what is being answered. Resolves when both is done, after 3.5 s at most.
   * Idempotent.
   */
  stop(end: () => Promise<unknown>): Promise<void> {
    return (this.#stopping ??= this.#stop(end));
  }

  async #stop(end: () => Promise<unknown>): Promise<void> {
    const { clock, logger } = this.#options;
    const unanswered = this.#takeOut();
    const work = [end(), ...unanswered.map((question) => this.#refuse(question))];
    try {
      await withDeadline(clock, STOP_WITHIN_MS, "ending the replies", async () => {
        await Promise.all(work);
        await this.idle();
      });
    } catch (error) {
      if (!(error instanceof DeadlineError)) throw error;
      logger.warn("some replies did not reach their final state in time; the next start closes their cards");
    }
  }

  async #handle(key: string, entries: readonly Entry<T>[]): Promise<void> {
    const options = this.#options;
    for (const { unmark } of entries) unmark?.();
    const read = await Promise.all(
      entries.map(async ({ question, waited }) =>
        waited && isWritten(question) ? options.reread(question) : question,
      ),
    );
    const questions = read.filter((question) => question !== undefined);
    if (this.isStopping) await Promise.all(questions.map((question) => options.refuse(question)));
    else if (questions.length > 0) await options.answer(key, questions);
    for (const { question } of entries) options.settled?.(question, false);
  }

  #takeOut(key?: string, fits: (question: T) => boolean = () => true): T[] {
    const isTaken = ({ question }: Entry<T>): boolean => fits(question);
    const entries = key === undefined ? this.#lanes.takeAll(isTaken) : this.#lanes.take(key, isTaken);
    for (const { unmark } of entries) unmark?.();
    return entries.map(({ question }) => question);
  }

  #forget(fits: (question: T) => boolean, left = false): void {
    for (const { question } of this.#lanes.takeAll((entry) => fits(entry.question)))
      this.#options.settled?.(question, left);
  }

  async #refuse(question: T): Promise<void> {
    await this.#options.refuse(question);
    this.#options.settled?.(question, false);
  }
}

const isWritten = ({ question }: QueuedQuestion): boolean => question === undefined;
