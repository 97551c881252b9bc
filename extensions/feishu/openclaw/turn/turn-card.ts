import type { DeliveryResult, EndOptions, ReplyFailure, ReplyStream } from "../../../../src/stream/index.ts";
import { isCommentary, toSnapshot } from "../../../../src/stream/index.ts";
import { BlockMessage } from "./block-message.ts";
import { beyondAnswer, beyondRest } from "./said-again.ts";

/** The reply that a turn shows: opened with the first thing to show, ended once, and the text of its messages in between. */
export class TurnCard {
  readonly #openStream: (early: boolean) => ReplyStream;
  #stream: ReplyStream | undefined;
  /** The end of `#stream`, once something decided it. */
  #ending: Promise<DeliveryResult> | undefined;
  #message = new BlockMessage();
  #messageOver = false;
  /** What the current message said on a card that was closed before it was complete. */
  #before = "";
  /** Why the reply was ended: it only rests, and goes on with whatever comes; or it is the answer. */
  #ended: { readonly how: "rest" | "answer"; readonly text: string } | undefined;

  /** @param openStream opens a reply, with or without having anything to show yet */
  constructor(openStream: (early: boolean) => ReplyStream) {
    this.#openStream = openStream;
  }

  /** There is or was something to see. */
  get started(): boolean {
    return this.#stream !== undefined;
  }

  /** Something can be seen to be going on. */
  get open(): boolean {
    return this.#stream !== undefined && this.#ending === undefined;
  }

  /** Nothing can be added any more. */
  get over(): boolean {
    return this.#ending !== undefined && this.#ended?.how !== "rest";
  }

  /** What the current message says so far. */
  get text(): string {
    return this.#message.text(false);
  }

  /** The reply to add to; opens it if need be. */
  opened(early = false): ReplyStream {
    if (this.#ended?.how === "rest") this.#reopen(this.#ended.text);
    this.#stream ??= this.#openStream(early);
    return this.#stream;
  }

  /** Says what goes on; false when there is no card to say it on. */
  status(text: string | undefined): boolean {
    if (this.#stream === undefined || this.#ending !== undefined) return false;
    this.#stream.status(text);
    return true;
  }

  /** The whole text of the current message so far. */
  partial(text: string): void {
    this.#nextMessage();
    this.#message.partial(text);
    this.#show();
  }

  /** A completed part of the current message. Resolves when it is shown. */
  async block(text: string): Promise<void> {
    this.#nextMessage();
    this.#message.block(text);
    await this.#show()?.flush();
  }

  /** What comes next belongs to another message. */
  endMessage(): void {
    if (!this.#message.isEmpty) this.#messageOver = true;
  }

  /**
   * The whole answer, which ends the reply. If one has ended already, what this one says beyond it gets a card of its own; the same
   * once more says nothing.
   */
  async answer(text: string): Promise<DeliveryResult> {
    let said = text;
    if (this.#ending !== undefined) {
      const before = this.#ended;
      const result = await this.#ending;
      said = before === undefined ? text : (before.how === "rest" ? beyondRest : beyondAnswer)(before.text, text);
      if (said === "") return result;
      this.#reopen("");
      this.#message = new BlockMessage();
    } else {
      this.#nextMessage();
      said = beyondRest(this.#before, text);
    }
    const stream = this.opened();
    stream.replace(toSnapshot(said));
    this.#ended = { how: "answer", text };
    return this.#end(() => stream.finalize());
  }

  /** Closes the card with what it says, since nothing more seems to come; what comes after all goes on in a next one. */
  async rest(footer: string | undefined): Promise<DeliveryResult | undefined> {
    const stream = this.#stream;
    if (stream === undefined || this.#ending !== undefined) return undefined;
    this.#ended = { how: "rest", text: this.#message.text(true) };
    return this.#end(() => stream.finalize(footer === undefined ? {} : { footer }));
  }

  /** Ends the reply with an error; what is visible stays. */
  fail(failure: ReplyFailure, options?: EndOptions): Promise<DeliveryResult> {
    return this.#end(() => this.opened().fail(failure, options));
  }

  /** Ends the reply as stopped; what is visible stays. */
  abort(by?: string): Promise<DeliveryResult> {
    return this.#end(() => this.opened().abort({ by }));
  }

  /** Ends the reply with what it says. @param completed whether the host said that the agent is done */
  settle(completed: boolean): Promise<DeliveryResult> {
    const { hasBlocks } = this.#message;
    // Without an outcome the host was stopped (/stop, or its own shutdown), unless blocks were all there was to come.
    if (!completed && !hasBlocks) return this.abort();
    return this.#end(() => {
      const stream = this.opened();
      const text = beyondRest(this.#before, this.#message.text(true));
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

  /** Shows the current message, without what a closed card shows of it. Undefined when that is all. */
  #show(): ReplyStream | undefined {
    const text = this.#message.text(false);
    if (this.#ended?.how === "rest" && beyondRest(this.#ended.text, text) === "") return undefined;
    const stream = this.opened();
    stream.replace(toSnapshot(beyondRest(this.#before, text)));
    return stream;
  }

  /** A next card takes over. */
  #reopen(before: string): void {
    this.#stream = undefined;
    this.#ending = undefined;
    this.#ended = undefined;
    this.#before = before;
  }

  /** Called before text of a message: if the one before is over, it either stays (its blocks were delivered) or was commentary. */
  #nextMessage(): void {
    if (!this.#messageOver) return;
    this.#messageOver = false;
    const { hasBlocks } = this.#message;
    const text = this.#message.text(true);
    this.#message = new BlockMessage();
    // What a closed card shows stays there; a model that was asked again may say the same.
    if (this.#ended?.how === "rest") return;
    if (hasBlocks) this.opened().replace(toSnapshot(beyondRest(this.#before, text)));
    this.#before = "";
    this.opened().beginMessage({ keep: hasBlocks || !isCommentary(text) });
  }
}
