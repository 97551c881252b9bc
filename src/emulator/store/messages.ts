import type { JsonObject } from "../json.ts";
import type { RateWindow } from "../state/rate-window.ts";
import { pushTo } from "./bounded-map.ts";

/** Who wrote a message. */
export type Sender =
  | { readonly type: "user"; readonly userId: string }
  | { readonly type: "app"; readonly appId: string };

/** A person or bot named in a text, with the placeholder that stands for it. */
export interface Mention {
  readonly key: string;
  readonly name: string;
  readonly userId: string | undefined;
  readonly appId: string | undefined;
}

export interface Reaction {
  readonly reactionId: string;
  readonly emoji: string;
  readonly by: Sender;
  readonly at: number;
}

/** A message. Cards keep their JSON in the card entity `cardId` names; `content` is what was sent. */
export interface Message {
  readonly messageId: string;
  readonly chatId: string;
  readonly sender: Sender;
  readonly msgType: string;
  content: JsonObject;
  mentions: readonly Mention[];
  readonly rootId: string | undefined;
  readonly parentId: string | undefined;
  threadId: string | undefined;
  /** Wall-clock milliseconds. */
  readonly createTime: number;
  updateTime: number;
  /** On the emulator clock's `now()`. */
  readonly sentAt: number;
  edits: number;
  recalled: boolean;
  readonly reactions: Reaction[];
  /** The card entity that is shown. */
  cardId: string | undefined;
  /** Was it sent by `card_id` (true) or as card JSON? */
  readonly byCardId: boolean;
  /** Counts PATCH calls. */
  patchRate: RateWindow | undefined;
  /** Why no bot has heard of a person's message. */
  unheard: "nobody-listens" | "not-mentioned" | undefined;
  /** userId -> wall-clock milliseconds at which they read it. */
  readonly readBy: Map<string, number>;
  /** userIds who were told that it is urgent. */
  readonly urgentFor: Set<string>;
  /** Who pinned it in its chat, and when. */
  pin: { readonly by: Sender; readonly at: number } | undefined;
  /** message_ids of what a merged forward holds, oldest first. */
  readonly parts: readonly string[] | undefined;
}

/** All messages, in the order they were sent. */
export class Messages {
  readonly #byId = new Map<string, Message>();
  readonly #threads = new Map<string, string[]>();

  add(message: Message): void {
    this.#byId.set(message.messageId, message);
    if (message.threadId !== undefined) pushTo(this.#threads, message.threadId, message.messageId);
  }

  /** Makes an existing message the root of a topic. */
  startThread(root: Message, threadId: string): void {
    root.threadId = threadId;
    pushTo(this.#threads, threadId, root.messageId);
  }

  get(messageId: string): Message | undefined {
    return this.#byId.get(messageId);
  }

  inThread(threadId: string): Message[] {
    return (this.#threads.get(threadId) ?? []).flatMap((id) => this.#byId.get(id) ?? []);
  }

  all(): Message[] {
    return [...this.#byId.values()];
  }

  /** Forgets a message; the bound on memory uses it. */
  drop(messageId: string): void {
    this.#byId.delete(messageId);
  }

  get size(): number {
    return this.#byId.size;
  }

  clear(): void {
    this.#byId.clear();
    this.#threads.clear();
  }
}
