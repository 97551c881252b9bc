import type { Clock } from "../../../../src/time/index.ts";
import type { ShownBlocks } from "./card-diff.ts";
import { answerOf } from "../reply/reply-view.ts";
import type { Sending } from "./surface.ts";

export interface SendFateOptions {
  readonly clock: Clock;
  /** `uuid` of the attempts (≤ 40 characters): of all that repeat each other only one can succeed. */
  readonly uuid: string;
}

/** What is known of the sending of one message: its attempts, and whether one of them may have taken effect unseen. */
export class SendFate {
  readonly #clock: Clock;
  #uuid: string;
  #sending: Sending | undefined;
  #firstAt = 0;
  #unknown = false;

  constructor({ clock, uuid }: SendFateOptions) {
    this.#clock = clock;
    this.#uuid = uuid;
  }

  /** The message may be visible although nobody acknowledged it. */
  get unknown(): boolean {
    return this.#unknown;
  }

  /** All attempts since the message was last known not to be there; undefined before the first. */
  get sending(): Sending | undefined {
    return this.#sending;
  }

  /** Clock time of the first attempt that was noted here. */
  get firstAt(): number {
    return this.#firstAt;
  }

  /** Notes an attempt that is about to be made, and gives its uuid. */
  attempt(blocks: ShownBlocks, cardId: string | undefined): string {
    const before = this.#sending;
    if (before === undefined) this.#firstAt = this.#clock.now();
    this.#sending = {
      uuid: this.#uuid,
      since: before?.since ?? this.#clock.wallNow(),
      cardId: before?.cardId ?? cardId,
      answers: [...new Set([...(before?.answers ?? []), answerOf(blocks)])],
    };
    return this.#uuid;
  }

  /** An attempt was not answered. */
  lost(): void {
    this.#unknown = true;
  }

  /** Nobody sees the message that the attempts brought: the next one brings another. */
  renew(): void {
    this.notSent();
    this.#uuid += "-r";
  }

  /** The message is there. */
  sent(): void {
    this.#unknown = false;
  }

  /**
   * The message is not there. An attempt may still land later than anybody would think, so the next one repeats its uuid: of all with
   * one uuid Feishu lets only one succeed within an hour (im-v1/message/create).
   */
  notSent(): void {
    this.#unknown = false;
    this.#sending = undefined;
  }
}
