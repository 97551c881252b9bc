import type { Print } from "../card/print.ts";
import type { JsonObject } from "../json.ts";

/** What the admin API and the live feed show of the store. All times are wall-clock milliseconds unless said otherwise. */
export interface UserView {
  /** For the default app; open_ids differ per app, as at Feishu. */
  readonly openId: string;
  readonly userId: string;
  readonly unionId: string;
  readonly name: string;
  readonly nameEn: string | undefined;
}

export interface AppView {
  readonly appId: string;
  readonly name: string;
  readonly botOpenId: string;
  /** Open long connections. */
  readonly connections: number;
  /** Events go to a webhook of the app's. */
  readonly webhook: boolean;
}

export interface TopicView {
  readonly threadId: string;
  readonly rootMessageId: string;
  readonly title: string;
  readonly count: number;
}

export interface ChatView {
  readonly chatId: string;
  readonly type: "p2p" | "group";
  readonly name: string;
  readonly appIds: readonly string[];
  /** Every message starts a topic. */
  readonly topicGroup: boolean;
  /** open_ids for the default app. */
  readonly members: readonly string[];
  readonly topics: readonly TopicView[];
  /** What the chat list shows under the name. */
  readonly preview: string;
  readonly updatedAt: number;
  /** Messages that a member has not read yet, by open_id for the default app; at most 100 are counted. */
  readonly unread: Readonly<Record<string, number>>;
}

export interface ReactionView {
  readonly emoji: string;
  readonly by: readonly { readonly id: string; readonly name: string }[];
}

export interface CardView {
  /** Absent for card JSON of version 1.0. */
  readonly cardId: string | undefined;
  /** The card JSON as it stands. */
  readonly json: JsonObject;
  readonly streaming: boolean;
  readonly streamingEndsAt: number | undefined;
  readonly print: Print;
  readonly summary: string;
  readonly sequence: number;
  /** A click waits for its answer. */
  readonly locked: boolean;
  /** A PATCH took its place: writes to it are no longer seen. */
  readonly detached: boolean;
}

export interface MessageView {
  readonly messageId: string;
  readonly chatId: string;
  readonly threadId: string | undefined;
  readonly rootId: string | undefined;
  readonly parentId: string | undefined;
  readonly sender: { readonly type: "user" | "app"; readonly id: string; readonly name: string };
  readonly msgType: string;
  /** Parsed `content`. */
  readonly content: JsonObject;
  readonly mentions: readonly { readonly key: string; readonly id: string; readonly name: string }[];
  readonly createTime: number;
  readonly updateTime: number;
  readonly edited: boolean;
  readonly recalled: boolean;
  readonly reactions: readonly ReactionView[];
  /** Members who read it, and how many could. */
  readonly readBy: readonly { readonly id: string; readonly name: string }[];
  readonly readers: number;
  /** Why no bot has heard of it: none listens, or none was mentioned. */
  readonly unheard: "nobody-listens" | "not-mentioned" | undefined;
  readonly pinned: boolean;
  /** Of a merged forward: what is in it. */
  readonly parts: readonly { readonly name: string; readonly text: string }[] | undefined;
  readonly card: CardView | undefined;
}

export interface ApiMeter {
  readonly appId: string;
  readonly operation: string;
  readonly perSecond: number;
  readonly perSecondMax: number;
  readonly perMinute: number;
  readonly perMinuteMax: number;
}

export interface CardMeter {
  readonly cardId: string;
  readonly perSecond: number;
  readonly max: number;
}

/** How much of each budget the last second and minute used. Idle ones are left out. */
export interface MeterView {
  readonly apis: readonly ApiMeter[];
  readonly cards: readonly CardMeter[];
}

export interface ConnectionView {
  readonly appId: string;
  readonly id: string;
  readonly since: number;
  /** It has pinged: events reach it. */
  readonly ready: boolean;
}
