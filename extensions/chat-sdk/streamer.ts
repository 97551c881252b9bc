import type { StreamChunk, StreamOptions } from "chat";
import { LRUCache } from "lru-cache";
import type { BotCard } from "../feishu/index.ts";
import type { ReplyDispatcher } from "../feishu/reply-dispatcher.ts";
import type { Place } from "../feishu/say-reliably.ts";
import type { SentMessage } from "../feishu/send.ts";
import type { Language } from "../../src/plugin-sdk/index.ts";
import { toDelta } from "../../src/stream/index.ts";
import type { DeliveryResult, ToolUpdate } from "../../src/stream/index.ts";
import { abortable } from "../../src/time/index.ts";
import type { ControlValue } from "./card-controls.ts";
import type { Replies } from "./replies.ts";
import { chatStrings } from "./strings.ts";

/** What a {@link Streamer} works with. */
export interface StreamerOptions {
  readonly replies: Replies;
  readonly card: BotCard | undefined;
}

/** Time for a card to get its final state when the process stops, milliseconds. */
const INTERRUPTED_WITHIN_MS = 3_000;
/** Turns that were stopped of late, for who stopped them. */
const MAX_STOPPED = 500;

/** Streams answers into cards. */
export class Streamer {
  readonly #options: StreamerOptions;
  readonly #stop = new AbortController();
  /** By thread: who stopped what is being written there. */
  readonly #stoppedBy = new LRUCache<string, string>({ max: MAX_STOPPED });

  constructor(options: StreamerOptions) {
    this.#options = options;
  }

  /**
   * Writes a stream into a card that is there at once. The card ends in any case: complete, stopped, or as failed with its text and a
   * note.
   * @throws what the stream throws, and the last error when nothing could be shown
   */
  async stream(
    threadId: string,
    place: Place,
    source: AsyncIterable<string | StreamChunk>,
    { signal, recipientUserId: asker }: StreamOptions,
    language: Language,
  ): Promise<SentMessage> {
    const { lost } = this.#options.replies;
    const reply = this.#openReply(threadId, place, asker, language);
    this.#stoppedBy.delete(threadId);
    reply.open();
    try {
      for await (const chunk of abortable(source, AbortSignal.any([this.#stop.signal, lost]))) take(reply, chunk);
    } catch (error) {
      if (lost.aborted) throw error;
      await (this.#stop.signal.aborted
        ? reply.fail({ code: "interrupted" }, { withinMs: INTERRUPTED_WITHIN_MS })
        : reply.fail({ code: "provider-error" }));
      throw error;
    }
    const stopped = signal?.aborted === true;
    const result = await (stopped ? reply.abort({ by: this.#stoppedBy.get(threadId) }) : reply.finalize());
    return this.#sent(reply, place, result);
  }

  /** Notes who stops what is being written in a thread. */
  stopping(threadId: string, by: string): void {
    this.#stoppedBy.set(threadId, by);
  }

  /** Ends what is being written, and what will be, as interrupted; each within 3 s. */
  interrupt(): void {
    this.#stop.abort(new Error("the bot stops"));
  }

  #openReply(threadId: string, place: Place, asker: string | undefined, language: Language): ReplyDispatcher {
    const { replies, card = {} } = this.#options;
    const { title, template, maxChars, flushMs, stopButton = true } = card;
    const value: ControlValue = { cardstream: "chat", stop: threadId, asker: asker ?? "" };
    return replies.open(place, language, {
      header: title === undefined ? undefined : { title, template },
      settings: { rolloverChars: maxChars, flushMs },
      // Who wrote no question has none to stop.
      buttons: stopButton && asker !== undefined ? { stop: { text: chatStrings[language].stop, value } } : undefined,
    });
  }

  #sent({ session }: ReplyDispatcher, place: Place, { error }: DeliveryResult): SentMessage {
    const { messageId, chatId = place.chatId, startedAt } = session;
    if (messageId === undefined) throw error ?? new Error("the answer could not be shown");
    return { messageId, chatId, createTime: startedAt };
  }
}

const STATES: Readonly<Record<string, ToolUpdate["state"]>> = { complete: "done", error: "failed" };

function take(reply: ReplyDispatcher, chunk: string | StreamChunk): void {
  if (typeof chunk === "string") return reply.append(toDelta(chunk));
  switch (chunk.type) {
    case "markdown_text":
      return reply.append(toDelta(chunk.text));
    case "task_update": {
      const { id, title, status, details, output } = chunk;
      return reply.tool({ id, name: title, state: STATES[status] ?? "running", detail: output ?? details });
    }
    case "plan_update":
      return reply.status(chunk.title);
  }
}
