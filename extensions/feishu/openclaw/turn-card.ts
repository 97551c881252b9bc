import type { DeliveryResult, EndOptions, ReplyFailure, ReplyStream } from "../../../src/stream/index.ts";
import { toSnapshot } from "../../../src/stream/index.ts";
import { BlockMessage } from "./block-message.ts";

/** The reply that a turn shows: opened with the first thing to show, ended once, and the text of its messages in between. */
export class TurnCard {
  readonly #openStream: (early: boolean) => ReplyStream;
  #stream: ReplyStream | undefined;
  /** The end of `#stream`, once something decided it. */
  #ending: Promise<DeliveryResult> | undefined;
  #message = new BlockMessage();
  #messageOver = false;

  /** @param openStream opens a reply, with or without having anything to show yet */
  constructor(openStream: (early: boolean) => ReplyStream) {
    this.#openStream = openStream;
  }

  /** There is or was something to see. */
  get started(): boolean {
    return this.#stream !== undefined;
  }

  /** Nothing can be added any more. */
  get over(): boolean {
    return this.#ending !== undefined;
  }

  /** The reply to add to; opens it if need be. */
  opened(early = false): ReplyStream {
    this.#stream ??= this.#openStream(early);
    return this.#stream;
  }

  /** Says what goes on; false when there is no card to say it on. */
  status(text: string | undefined): boolean {
    if (this.#stream === undefined || this.over) return false;
    this.#stream.status(text);
    return true;
  }

  /** The whole text of the current message so far. */
  partial(text: string): void {
    this.#nextMessage();
    this.#message.partial(text);
    this.opened().replace(toSnapshot(this.#message.text(false)));
  }

  /** A completed part of the current message. Resolves when it is shown. */
  async block(text: string): Promise<void> {
    this.#nextMessage();
    this.#message.block(text);
    const stream = this.opened();
    stream.replace(toSnapshot(this.#message.text(false)));
    await stream.flush();
  }

  /** What comes next belongs to another message. */
  endMessage(): void {
    if (!this.#message.isEmpty) this.#messageOver = true;
  }

  /** The whole answer, which ends the reply. If one has ended already, this one gets a card of its own. */
  async answer(text: string): Promise<DeliveryResult> {
    if (this.#ending !== undefined) {
      await this.#ending;
      this.#stream = undefined;
      this.#ending = undefined;
      this.#message = new BlockMessage();
    }
    this.#nextMessage();
    const stream = this.opened();
    stream.replace(toSnapshot(text));
    return this.#end(() => stream.finalize());
  }

  /** Ends the reply with an error; what is visible stays. */
  fail(failure: ReplyFailure, options?: EndOptions): Promise<DeliveryResult> {
    const stream = this.opened();
    return this.#end(() => stream.fail(failure, options));
  }

  /** Ends the reply as stopped; what is visible stays. */
  abort(by?: string): Promise<DeliveryResult> {
    const stream = this.opened();
    return this.#end(() => stream.abort({ by }));
  }

  /** Ends the reply with what it says. @param completed whether the host said that the agent is done */
  settle(completed: boolean): Promise<DeliveryResult> {
    const { hasBlocks } = this.#message;
    // Without an outcome the host was stopped (/stop, or its own shutdown), unless blocks were all there was to come.
    if (!completed && !hasBlocks) return this.abort();
    const stream = this.opened();
    const text = this.#message.text(true);
    return this.#end(() => {
      if (text !== "" && hasBlocks) stream.replace(toSnapshot(text));
      return stream.finalize();
    });
  }

  /** The messages that show the reply; a card without any answer text (an error's) counts too, or the host would take it for lost. */
  ids(result?: DeliveryResult): string[] {
    const parts = result?.parts.map((part) => part.messageId) ?? [];
    return [...new Set([...parts, this.#stream?.session.messageId])].filter((id) => id !== undefined);
  }

  #end(how: () => Promise<DeliveryResult>): Promise<DeliveryResult> {
    return (this.#ending ??= how());
  }

  /** Called before text of a message: if the one before is over, it either stays (its blocks were delivered) or was commentary. */
  #nextMessage(): void {
    if (!this.#messageOver) return;
    this.#messageOver = false;
    const keep = this.#message.hasBlocks;
    if (keep) this.opened().replace(toSnapshot(this.#message.text(true)));
    this.#message = new BlockMessage();
    this.opened().beginMessage({ keep });
  }
}
