import type { Clock } from "../../../src/time/index.ts";
import type { CardView } from "../card/index.ts";
import { answerOf } from "./reply-view.ts";
import type { Sending } from "./surface.ts";

export interface SendFateOptions {
  readonly clock: Clock;
  /** `uuid` of the attempts (≤ 45 characters): of all that repeat each other only one can succeed. */
  readonly uuid: string;
  /** Attempts with this uuid by other means, which may have succeeded. */
  readonly earlier?: Sending | undefined;
  /** One of them may have succeeded, even if nothing else is known of it. */
  readonly unknown?: boolean | undefined;
}

/** What is known of the sending of one message: its attempts, and whether one of them may have taken effect unseen. */
export class SendFate {
  readonly #clock: Clock;
  readonly #base: string;
  #sends = 1;
  #sending: Sending | undefined;
  #firstAt = 0;
  #unknown: boolean;

  constructor({ clock, uuid, earlier, unknown = false }: SendFateOptions) {
    this.#clock = clock;
    this.#base = uuid;
    this.#sending = earlier;
    this.#unknown = unknown;
  }

  /** The message may be visible although nobody acknowledged it. */
  get unknown(): boolean {
    return this.#unknown;
  }

  /** All attempts with the current uuid; undefined before the first. */
  get sending(): Sending | undefined {
    return this.#sending;
  }

  /** Clock time of the first attempt that was noted here. */
  get firstAt(): number {
    return this.#firstAt;
  }

  /** Notes an attempt that is about to be made, and gives its uuid. */
  attempt(view: CardView, cardId: string | undefined): string {
    const uuid = this.#sends === 1 ? this.#base : `${this.#base}${this.#sends}`;
    const before = this.#sending;
    if (before === undefined) this.#firstAt = this.#clock.now();
    this.#sending = {
      uuid,
      since: before?.since ?? this.#clock.wallNow(),
      cardId: before?.cardId ?? cardId,
      answers: [...new Set([...(before?.answers ?? []), answerOf(view)])],
    };
    return uuid;
  }

  /** An attempt was not answered. */
  lost(): void {
    this.#unknown = true;
  }

  /** The message is there. */
  sent(): void {
    this.#unknown = false;
  }

  /** No attempt has succeeded, nor can one any more: the next is a message of its own. */
  notSent(): void {
    this.#unknown = false;
    this.#sending = undefined;
    this.#sends += 1;
  }
}
