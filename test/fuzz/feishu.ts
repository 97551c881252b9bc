import type { Fetch } from "../../extensions/feishu/client/index.ts";

/** One message as its reader sees it. */
export interface SeenMessage {
  readonly messageId: string;
  /** Everything that can be read in it, whatever elements it is in. */
  readonly text: string;
  /** It is a card that looks as if it were still being written. */
  readonly unfinished: boolean;
  /** It is a card entity in streaming mode. */
  readonly spinning: boolean;
  /** It was changed after it was sent. */
  readonly touched: boolean;
  /** Somebody took it back. */
  readonly recalled: boolean;
}

/** A Feishu that a trial is played on, whoever wrote it. */
export interface TrialFeishu {
  readonly appId: string;
  readonly appSecret: string;
  readonly baseUrl: string;
  readonly fetch: Fetch;
  /** The chats of the trial, by number. */
  readonly chats: readonly string[];
  /** The bot's messages in a chat now, in order. */
  seen(chat: number): readonly SeenMessage[];
  /** A person asks in a chat. Gives the message's id. */
  ask(chat: number): string;
  closeStreaming(): void;
  recallNewest(chat: number): void;
  removeBot(chat: number): void;
  /** One line a call. */
  timeline(): string;
}
