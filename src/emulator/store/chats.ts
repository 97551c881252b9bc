import type { RateWindow } from "../state/rate-window.ts";

/** A chat: one person with one bot, or a group. The mutable fields provoke error codes. */
export interface Chat {
  readonly chatId: string;
  readonly type: "p2p" | "group";
  name: string;
  description: string;
  /** user_ids. */
  readonly members: Set<string>;
  /** app ids of the bots in it. */
  readonly apps: Set<string>;
  readonly ownerUserId: string | undefined;
  readonly createdAt: number;
  /** Every message that answers none starts a topic of its own. */
  topicGroup: boolean;
  /** 230071 on replies in a topic when false. */
  topicReplies: boolean;
  /** 230018 when true. */
  muted: boolean;
  /** 232009 when true. */
  dissolved: boolean;
  /** 230027 when true. */
  external: boolean;
  /** May bots mention everyone? Otherwise a card that does is refused (100290). */
  mentionAll: boolean;
  /** 230035 when true. */
  sendDenied: boolean;
  /** Messages in order. */
  readonly messageIds: string[];
  readonly rate: RateWindow;
  /** CardKit calls on cards shown here. */
  readonly streamRate: RateWindow;
}

/** The chats of the tenant. */
export class Chats {
  readonly #byId = new Map<string, Chat>();
  readonly #direct = new Map<string, Chat>();

  add(chat: Chat): void {
    this.#byId.set(chat.chatId, chat);
    if (chat.type === "p2p") this.#direct.set([...chat.apps, ...chat.members].join(" "), chat);
  }

  get(chatId: string): Chat | undefined {
    return this.#byId.get(chatId);
  }

  /** The chat of one person with one app's bot. */
  direct(appId: string, userId: string): Chat | undefined {
    return this.#direct.get(`${appId} ${userId}`);
  }

  all(): Chat[] {
    return [...this.#byId.values()];
  }

  clear(): void {
    this.#byId.clear();
    this.#direct.clear();
  }
}
