import { failureOf, FeedError } from "../../../src/feed/index.ts";
import type { ReplyFailure } from "../../../src/stream/index.ts";
import type { BotMessage } from "./message.ts";
import type { LazyReply } from "./reply.ts";
import type { BotStrings } from "./strings.ts";

/** Why a turn ends before its handler has returned. */
export type TurnEnd = "stopped" | "recalled" | "chat-lost" | "interrupted";

/** Time for a card to get its final state when the process stops, milliseconds. */
const INTERRUPTED_WITHIN_MS = 3_000;

/** One run of a handler with its reply. */
export class Turn<Value> {
  readonly reply: LazyReply<Value>;
  readonly chatId: string;
  /** The message that it answers. */
  readonly asked: BotMessage | undefined;
  /** Whose answer it is. */
  readonly askerId: string;
  readonly #strings: BotStrings;
  readonly #gone = Promise.withResolvers<"gone">();
  #ending: Promise<unknown> | undefined;
  #over = false;

  constructor(reply: LazyReply<Value>, about: Pick<Turn<Value>, "chatId" | "asked" | "askerId">, strings: BotStrings) {
    this.reply = reply;
    this.chatId = about.chatId;
    this.asked = about.asked;
    this.askerId = about.askerId;
    this.#strings = strings;
  }

  /** Whether nothing will be written any more. */
  get isOver(): boolean {
    return this.#over;
  }

  /** Runs the handler and ends its reply: well when it returns, as failed when it throws. Resolves once the card has its final state. */
  async run(handle: () => Promise<void>, onError: (error: unknown) => void): Promise<void> {
    const handled = handle().then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    const outcome = await Promise.race([handled, this.#gone.promise]);
    if (outcome !== "gone") {
      this.#over = true;
      if (outcome === undefined) this.#ending = this.reply.settle();
      else {
        onError(outcome.error);
        const failure = this.#failureFor(outcome.error);
        this.#ending = this.reply.end((reply) => reply.fail(failure));
      }
    }
    await this.#ending;
  }

  /** Its cards are another process's: says nothing more, whatever the handler does; its signal aborts. */
  handOver(): void {
    this.reply.handOver();
    this.#over = true;
    this.reply.abandon(new Error("the reply is another process's"));
    this.#gone.resolve("gone");
  }

  /** Ends it now, whatever the handler does; its signal aborts. @param by the name of who stopped it */
  stop(why: TurnEnd, by?: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#ending = this.#end(why, by);
    this.reply.abandon(new Error(`the reply was ended: ${why}`));
    this.#gone.resolve("gone");
  }

  async #end(why: TurnEnd, by: string | undefined): Promise<void> {
    const { reply } = this;
    if (why === "stopped") await reply.end((card) => card.abort({ by }));
    else if (why === "interrupted")
      await reply.end((card) => card.fail({ code: "interrupted" }, { withinMs: INTERRUPTED_WITHIN_MS }));
    // Who took the question back before anything was shown wants no answer, and a chat that is lost takes none.
    else if (reply.begun) {
      const message = why === "recalled" ? this.#strings.recalled : this.#strings.chatLost;
      await reply.end((card) => card.fail({ code: why, message }));
    }
  }

  #failureFor(error: unknown): ReplyFailure {
    const known = error instanceof FeedError ? failureOf({ parts: [], error }) : undefined;
    return known ?? { code: "handler-failed", message: this.#strings.handlerFailed };
  }
}
