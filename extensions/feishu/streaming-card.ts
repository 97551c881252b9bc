import type { EventEmitter } from "eventemitter3";
import { feedReply, readSource } from "../../src/feed/index.ts";
import type { FedReply, FeedOptions, ReadSourceOptions, TextSource } from "../../src/feed/index.ts";
import type {
  DeliveryResult,
  FinalizeOptions,
  ReplyEvents,
  ReplyFailure,
  StreamSession,
  ToolUpdate,
} from "../../src/stream/index.ts";
import { toDelta } from "../../src/stream/index.ts";
import type { CardHeader, CardLocale } from "./card/index.ts";
import type { FeishuInstance } from "./instance.ts";
import type { ReplyDispatcher, ReplySettings } from "./reply-dispatcher.ts";
import type { MessageTarget } from "./send.ts";

/** Where a card goes: exactly one of a chat, a person and a message to answer. */
export type CardTarget =
  | { readonly chatId: string; readonly openId?: undefined; readonly replyTo?: undefined }
  | { readonly openId: string; readonly chatId?: undefined; readonly replyTo?: undefined }
  | {
      /** A message to answer. */
      readonly replyTo: string;
      /** Answer in a topic of its own. @defaultValue false */
      readonly inThread?: boolean | undefined;
      /** The chat of that message, when known: its replies share one send limit. */
      readonly chatId?: string | undefined;
      readonly openId?: undefined;
    };

/** How a card is begun. */
export type StartCardOptions = CardTarget & {
  readonly instance: FeishuInstance;
  /** Header of the card. @defaultValue none */
  readonly title?: string | undefined;
  /** Colour of the header, for example `blue` or `green`. @defaultValue Feishu's */
  readonly template?: CardHeader["template"] | undefined;
  /** Language of cardstream's own words on the card. @defaultValue "zh" */
  readonly locale?: CardLocale | undefined;
  /** Milliseconds between writes of text. @defaultValue 0: as often as Feishu allows, about 9 a second */
  readonly flushMs?: number | undefined;
  /** Further settings. */
  readonly settings?: Omit<ReplySettings, "locale" | "flushMs"> | undefined;
};

/**
 * One answer that grows in a Feishu card. Methods that take text return at once; writing to Feishu happens behind, paced, merged
 * and repaired, and never throws. Very long answers go on in further cards.
 */
export class FeishuStreamingCard {
  readonly #reply: ReplyDispatcher;

  private constructor(reply: ReplyDispatcher) {
    this.#reply = reply;
  }

  /**
   * Shows a card at once ("thinking…") and gives the handle to write into it.
   * @throws TypeError when the target or a setting is unusable.
   */
  static start(options: StartCardOptions): FeishuStreamingCard {
    const { instance, title, template, locale, flushMs, settings, chatId } = options;
    const reply = instance.openReply({
      target: toTarget(options),
      chatId,
      header: title === undefined ? undefined : { title, template },
      settings: { ...settings, locale, flushMs },
    });
    reply.open();
    return new FeishuStreamingCard(reply);
  }

  /** Provider, instance, chat, message, times. */
  get session(): StreamSession {
    return this.#reply.session;
  }

  /** `flush`, `card`, `rollover`, `fallback` and `finalize`, typed. Listeners are dropped after `finalize`. */
  get events(): EventEmitter<ReplyEvents> {
    return this.#reply.events;
  }

  /** The answer so far. */
  get text(): string {
    return this.#reply.text;
  }

  /** Adds Markdown to the answer. */
  appendMarkdown(markdown: string): this {
    this.#reply.append(toDelta(markdown));
    return this;
  }

  /** Adds to the thinking panel. */
  reasoning(text: string): this {
    this.#reply.reasoning(toDelta(text));
    return this;
  }

  /** Shows a tool at work; the same `id` again changes its state. */
  tool(update: ToolUpdate): this {
    this.#reply.tool(update);
    return this;
  }

  /** One line that says what is going on; undefined clears it. */
  status(text: string | undefined): this {
    this.#reply.status(text);
    return this;
  }

  /** Resolves when everything so far is visible, or has been given up. */
  flush(): Promise<void> {
    return this.#reply.flush();
  }

  /** Ends the card. The result tells what is visible and never rejects; calling it again gives the same. */
  finalize(options?: FinalizeOptions): Promise<DeliveryResult> {
    return this.#reply.finalize(options);
  }

  /** Ends the card as failed; it keeps its text and says so. */
  fail(failure: ReplyFailure | Error = { code: "provider-error" }): Promise<DeliveryResult> {
    // An error's text is for logs, not for readers.
    return this.#reply.fail(failure instanceof Error ? { code: "provider-error" } : failure);
  }

  /** Ends the card because somebody wanted it to. */
  abort(by?: string): Promise<DeliveryResult> {
    return this.#reply.abort({ by });
  }

  /** Reads a whole source into the card and ends it. Never rejects: `error` says why it broke off. */
  streamFrom(source: TextSource, options?: FeedOptions & ReadSourceOptions): Promise<FedReply> {
    return feedReply(this.#reply, readSource(source, options), options);
  }

  /** `await using`: a card that was left by an exception does not stay open. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reply.fail({ code: "interrupted" });
  }
}

/** Streams a whole source into a new card: {@link FeishuStreamingCard.start}, then {@link FeishuStreamingCard.streamFrom}. */
export function streamTo(
  target: StartCardOptions,
  source: TextSource,
  options?: FeedOptions & ReadSourceOptions,
): Promise<FedReply> {
  return FeishuStreamingCard.start(target).streamFrom(source, options);
}

function toTarget(options: CardTarget): MessageTarget {
  if (options.replyTo !== undefined) return { type: "reply", messageId: options.replyTo, inThread: options.inThread };
  if (options.openId !== undefined && options.chatId === undefined) return { type: "user", openId: options.openId };
  if (options.chatId !== undefined && options.openId === undefined) return { type: "chat", chatId: options.chatId };
  throw new TypeError("a card needs exactly one of chatId, openId and replyTo");
}
