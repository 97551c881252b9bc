import type { Localized } from "./language.ts";

/** Who wrote a message or pressed a button. `id` is the channel's stable id of the person (Feishu: `open_id`). */
export interface Person {
  readonly id: string;
  readonly name?: string | undefined;
  /** What to call somebody whose name is not known: short, and always the same. */
  readonly label?: string | undefined;
}

/** A message that another one points at. */
export interface QuotedMessage {
  readonly messageId: string;
  /** Name or label of who wrote it; `you` for the bot itself. */
  readonly sender: string;
  readonly text: string;
  /** `topic`: the first message of the topic that the message belongs to. `answered`: the one it answers. */
  readonly kind: "topic" | "answered";
}

/** A chat that the bot can no longer write to: it was removed, or the chat is gone. */
export interface LostChat {
  readonly channel: string;
  readonly account: string;
  readonly chatId: string;
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
  /** Which conversation of the chat it belongs to; messages with the same one are remembered together. @defaultValue the topic */
  readonly conversationId?: string | undefined;
  readonly sender: Person;
  /** Plain text or Markdown, without the mention of the bot; empty when somebody wrote nothing else. */
  readonly text: string;
  /** The text without anything around it that only says whom it is for: what may be a command. @defaultValue the text */
  readonly commandText?: string | undefined;
  /** What the message points at, oldest first. */
  readonly quotes?: readonly QuotedMessage[] | undefined;
  /** Wall-clock ms at which the person sent it. */
  readonly sentAt: number;
}

/** A press on a button of one of our cards. `value` is what the button was made with: the channel lets no other pass. */
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
