import type { AnswersWanted } from "./answers.ts";
import type { Adopt } from "./state/adopt.ts";
import type { UserMessage } from "./as-user.ts";
import type { Faults, Milliseconds } from "./faults/index.ts";
import type { Feed } from "./state/feed.ts";
import type { Fetch } from "./api/fetch.ts";
import type { Click, ClickResult } from "./inbound/card-action.ts";
import type { EventHandler } from "./inbound/index.ts";
import type { App } from "./store/apps.ts";
import type { Store } from "./store/store.ts";
import type { Settings } from "./state/settings.ts";
import type { Timeline } from "./state/timeline.ts";
import type { ConnectionView } from "./views/shapes.ts";
import type { VisibleMessage } from "./views/visible-texts.ts";
import type { World } from "./world/index.ts";

/** A local Feishu. */
export interface Emulator {
  /** The base of the API: what clients take as their domain. Without sockets only {@link Emulator.fetch} answers there. */
  readonly apiUrl: string;
  /** The web page. */
  readonly pageUrl: string;
  /** For `Authorization: Bearer …` on `/emulator/*`. */
  readonly adminToken: string;
  /** The first app. */
  readonly app: App;
  /** A drop-in for the global `fetch`, reaching this emulator whatever the host. */
  readonly fetch: Fetch;
  readonly store: Store;
  readonly faults: Faults;
  readonly timeline: Timeline;
  readonly feed: Feed;
  /** Change a field to change the behaviour from the next call on. */
  readonly settings: Settings;
  /** What is not known about Feishu, as it is here. Change a field to change the behaviour from the next call on. */
  readonly world: World;
  /** Round trip added to every call, milliseconds; a pair is a range to draw from. */
  latencyMs: Milliseconds;
  /** A person writes. @throws UserActionError */
  sendAsUser(message: UserMessage): { messageId: string; chatId: string; threadId: string | undefined };
  /** Somebody says this to the bot, in the chat that they alone have with it: `sendAsUser({ text })`. */
  say(text: string): { messageId: string; chatId: string; threadId: string | undefined };
  /** A person edits their text. @throws UserActionError */
  editAsUser(edit: { messageId: string; text: string }): void;
  /** A person takes their message back. @throws UserActionError */
  recallAsUser(recall: { messageId: string }): void;
  /** A person has read a chat, up to a message or all of it. @throws UserActionError */
  readAsUser(read: { from?: string | undefined; chatId: string; messageId?: string | undefined }): void;
  /** A person reacts, or takes the reaction back. @throws UserActionError */
  reactAsUser(reaction: {
    from?: string | undefined;
    messageId: string;
    emoji: string;
    remove?: boolean | undefined;
  }): void;
  /** A person clicks something in a card; resolves when the app answered or 3 s are over. Rejects with UserActionError when there is nothing to click. */
  clickAs(click: Click): Promise<ClickResult>;
  /** A person uploads something to send. */
  uploadAsUser(upload: { kind: "image" | "file"; name: string; data: Uint8Array<ArrayBuffer> }): { key: string };
  /** Takes an app's events in this process, where it has neither long connection nor webhook. */
  onEvent(appId: string, handler: EventHandler): () => void;
  /** What a reader sees of a chat, in order. */
  visibleTexts(chatId: string): VisibleMessage[];
  /** What apps answer to a person's message, as soon as none of it streams any more. Rejects with UserActionError when nothing comes. */
  answers(wanted?: AnswersWanted): Promise<readonly VisibleMessage[]>;
  /** The chat of a person with an app. @throws UserActionError */
  directChatId(person?: string, appId?: string): string;
  /** Ends streaming mode now, of one card or of all. */
  closeStreaming(cardId?: string): void;
  /** Ends tokens now, of one app or of all. */
  expireTokens(appId?: string): void;
  /** Open long connections. */
  connections(): readonly ConnectionView[];
  /** Breaks long connections, of one app or of all. */
  dropConnections(appId?: string): void;
  /** Calls to a card answer 200810 for that long, as while a click is open. */
  lockCard(cardId: string, ms: number): void;
  /** Lets it stand for another Feishu, whose traffic was recorded. */
  readonly adopt: Adopt;
  /** Back to the seeds: no messages, cards, faults, timeline. Tokens and long connections end. */
  reset(): void;
  /** Frees everything; idempotent. */
  close(): Promise<void>;
}
