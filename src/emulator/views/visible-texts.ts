import { isStreaming } from "../card/entity.ts";
import { visibleLabels, visibleParts, visibleTitle } from "../card/visible.ts";
import type { VisiblePart } from "../card/visible.ts";
import type { Core } from "../state/core.ts";
import { isObject, textOr } from "../json.ts";
import type { JsonObject } from "../json.ts";

/** One message as a reader sees it. */
export interface VisibleMessage {
  readonly messageId: string;
  readonly threadId: string | undefined;
  readonly parentId: string | undefined;
  readonly sender: "user" | "app";
  readonly kind: "card" | "text" | "post" | "image" | "file" | "other";
  readonly cardId: string | undefined;
  /** A card's header title or a post's title, empty when there is none. */
  readonly title: string;
  /** A card's texts with their elements' ids; one part for other messages. */
  readonly parts: readonly VisiblePart[];
  /** Labels of a card's buttons and panels. */
  readonly labels: readonly string[];
  /** The parts joined by newlines. */
  readonly text: string;
  /** A card that is still in streaming mode. */
  readonly streaming: boolean;
}

const KINDS: Record<string, VisibleMessage["kind"]> = {
  interactive: "card",
  text: "text",
  post: "post",
  image: "image",
  file: "file",
  audio: "file",
  media: "file",
};

function postText(content: JsonObject): { title: string; text: string } {
  const body = Object.values(content).find(isObject);
  const lines = Array.isArray(body?.["content"]) ? body["content"] : [];
  const text = lines
    .map((line) =>
      Array.isArray(line)
        ? line.map((piece) => (isObject(piece) ? textOr(piece["text"] ?? piece["user_name"]) : "")).join("")
        : "",
    )
    .join("\n");
  return { title: textOr(body?.["title"]), text };
}

/** What a reader sees of a chat, in order; recalled messages are left out. */
export function visibleTexts(core: Core, chatId: string): VisibleMessage[] {
  const chat = core.store.chats.get(chatId);
  return (chat?.messageIds ?? []).flatMap((messageId): VisibleMessage[] => {
    const message = core.store.messages.get(messageId);
    if (message === undefined || message.recalled) return [];
    const card = message.cardId === undefined ? undefined : core.store.cards.get(message.cardId);
    const post = message.msgType === "post" ? postText(message.content) : undefined;
    const plain = post?.text ?? (message.msgType === "text" ? textOr(message.content["text"]) : "");
    const parts =
      card === undefined ? [{ elementId: undefined, tag: message.msgType, text: plain }] : visibleParts(card.tree.json);
    return [
      {
        messageId,
        threadId: message.threadId,
        parentId: message.parentId,
        sender: message.sender.type,
        kind: KINDS[message.msgType] ?? "other",
        cardId: message.cardId,
        title: card === undefined ? (post?.title ?? "") : visibleTitle(card.tree.json),
        parts,
        labels: card === undefined ? [] : visibleLabels(card.tree.json),
        text: parts.map((part) => part.text).join("\n"),
        streaming: card !== undefined && isStreaming(core, card),
      },
    ];
  });
}
