import type { Core } from "../state/core.ts";
import { addEntity, setStreaming } from "../card/entity.ts";
import type { CardTree } from "../card/tree.ts";
import type { CardEntity } from "../store/cards.ts";
import type { JsonObject } from "../json.ts";
import type { Chat } from "../store/chats.ts";
import type { Mention, Message, Sender } from "../store/messages.ts";
import { announceMessage } from "../views/make-views.ts";
import { isEntity } from "./content.ts";
import type { Content } from "./content.ts";

/** Messages kept, with their cards, before the oldest are dropped. */
const MAX_MESSAGES = 20_000;

/** Puts a message in a chat. `parent` is what it answers; `inThread` starts a topic there. */
export function postMessage(
  core: Core,
  parts: {
    readonly chat: Chat;
    readonly sender: Sender;
    readonly msgType: string;
    readonly content: Content | { content: JsonObject; mentions: readonly Mention[]; card: undefined };
    readonly parent?: Message | undefined;
    readonly inThread?: boolean | undefined;
    /** Of a merged forward: the messages in it. */
    readonly parts?: readonly string[] | undefined;
  },
): Message {
  const { chat, sender, msgType, parent } = parts;
  const { store } = core;
  const root = parent === undefined ? undefined : (store.messages.get(parent.rootId ?? "") ?? parent);
  // A message in a topic always stays in the topic (docs:im-v1/message/reply).
  let threadId = parent?.threadId;
  if (threadId === undefined && (parts.inThread === true || chat.topicGroup) && root !== undefined) {
    threadId = root.threadId ?? core.ids.make("omt_");
    if (root.threadId === undefined) store.messages.startThread(root, threadId);
  }
  if (threadId === undefined && parent === undefined && chat.topicGroup) threadId = core.ids.make("omt_");
  const wall = Math.round(core.clock.wallNow());
  const messageId = core.ids.make("om_x100");
  const { card } = parts.content;
  const entity =
    card === undefined || sender.type !== "app"
      ? undefined
      : isEntity(card)
        ? card
        : addInline(core, sender.appId, card);
  if (entity !== undefined) {
    entity.messageIds.push(messageId);
  }
  const message: Message = {
    messageId,
    chatId: chat.chatId,
    sender,
    msgType,
    content: parts.content.content,
    mentions: parts.content.mentions,
    rootId: root?.messageId,
    parentId: parent?.messageId,
    threadId,
    createTime: wall,
    updateTime: wall,
    sentAt: core.clock.now(),
    edits: 0,
    recalled: false,
    reactions: [],
    cardId: entity?.cardId,
    byCardId: card !== undefined && isEntity(card),
    patchRate: undefined,
    unheard: undefined,
    readBy: new Map(),
    urgentFor: new Set(),
    pin: undefined,
    parts: parts.parts,
  };
  store.messages.add(message);
  chat.messageIds.push(messageId);
  trim(core, chat);
  announceMessage(core, "created", message);
  return message;
}

/** A card sent as JSON. Streaming mode in it is accepted and does nothing before `id_convert`. */
function addInline(core: Core, appId: string, tree: CardTree): CardEntity {
  const card = addEntity(core, appId, tree);
  setStreaming(core, card, false);
  return card;
}

function trim(core: Core, chat: Chat): void {
  const { messages, cards } = core.store;
  while (messages.size > MAX_MESSAGES && chat.messageIds.length > 1) {
    const oldest = chat.messageIds.shift() ?? "";
    const cardId = messages.get(oldest)?.cardId;
    if (cardId !== undefined) cards.drop(cardId);
    messages.drop(oldest);
  }
}
