import type { Localized } from "./language.ts";

/** Who wrote a message or pressed a button. `id` is the channel's stable id of the person (Feishu: `open_id`). */
export interface Person {
  readonly id: string;
  readonly name?: string | undefined;
}

/** A message from a person that passed the channel's own checks (policy, mention, age) and wants an answer. */
export interface InboundMessage {
  /** Channel and account it came in by: `feishu` / `default`. */
  readonly channel: string;
  readonly account: string;
  /** Unique per message, also when the platform delivers it again; what hosts dedupe by. */
  readonly messageId: string;
  readonly chatId: string;
  readonly chatType: "direct" | "group";
  /** The topic the message belongs to; answers stay in it. */
  readonly threadId?: string | undefined;
  readonly sender: Person;
  /** Plain text or Markdown, without the mention of the bot. */
  readonly text: string;
  /** Wall-clock ms at which the person sent it. */
  readonly sentAt: number;
}

/** A press on a button of one of our cards. `value` is what the card said the button sends: untrusted until verified. */
export interface CardAction {
  readonly channel: string;
  readonly account: string;
  readonly messageId: string | undefined;
  readonly chatId: string | undefined;
  readonly operator: Person;
  readonly value: Readonly<Record<string, unknown>>;
}

/** What the person who pressed sees for a moment. */
export interface CardActionAnswer {
  readonly toast?: { readonly type: "info" | "success" | "warning" | "error"; readonly text: Localized } | undefined;
}
