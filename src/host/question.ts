import { wordlessMessage } from "../plugin-sdk/index.ts";
import type { InboundMessage, QuotedMessage } from "../plugin-sdk/index.ts";

/**
 * What the model is asked: the message, below what it points at, with who speaks where several people do. Never empty, since
 * providers refuse an empty message.
 * @param knows whether the conversation holds a message already: a topic's first message is told once
 */
export function toQuestion(message: InboundMessage, knows: (messageId: string) => boolean): string {
  const { chatType, sender, text, quotes = [] } = message;
  const shown = quotes.filter(({ kind, messageId }) => kind === "answered" || !knows(messageId));
  const speaker = chatType === "group" ? (sender.name ?? sender.label ?? sender.id) : undefined;
  const said =
    text.trim() === ""
      ? wordlessMessage(speaker, shown.length > 0)
      : `${speaker === undefined ? "" : `${speaker}: `}${text}`;
  return [...shown.map(toBlockQuote), said].join("\n\n");
}

const toBlockQuote = ({ sender, text }: QuotedMessage): string => `${sender}: ${text}`.replace(/^/gmu, "> ");
