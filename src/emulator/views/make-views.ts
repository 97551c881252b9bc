import { isStreaming } from "../card/entity.ts";
import { plainLine } from "../card/plain-line.ts";
import { printSettings, summaryOf } from "../card/print.ts";
import { visibleParts, visibleTitle } from "../card/visible.ts";
import type { Core } from "../state/core.ts";
import { textOr } from "../json.ts";
import { CARD_PER_SECOND, STREAMING_MS } from "../limits.ts";
import type { App } from "../store/apps.ts";
import type { CardEntity } from "../store/cards.ts";
import type { Chat } from "../store/chats.ts";
import type { Message, Sender } from "../store/messages.ts";
import type { User } from "../store/users.ts";
import type {
  AppView,
  CardView,
  ChatView,
  MessageView,
  MeterView,
  ReactionView,
  TopicView,
  UserView,
} from "./shapes.ts";

/** What the chat list shows while a card streams and has no summary of its own. @see web:streaming-overview, FAQ */
const GENERATING = "[生成中...]";

export function toUserView(core: Core, user: User): UserView {
  const { userId, unionId, name, nameEn } = user;
  return { openId: core.store.users.openId(user, core.defaultAppId()), userId, unionId, name, nameEn };
}

export function toAppView(core: Core, app: App): AppView {
  const { appId, name, botOpenId } = app;
  return {
    appId,
    name,
    botOpenId,
    connections: core.inbound.connections().filter((one) => one.appId === appId).length,
    webhook: app.webhook !== undefined,
  };
}

/** The card as it stands. */
export function toCardView(core: Core, card: CardEntity): CardView {
  const streaming = isStreaming(core, card);
  const wallOffset = core.clock.wallNow() - core.clock.now();
  return {
    cardId: card.cardId,
    json: card.tree.json,
    streaming,
    streamingEndsAt: streaming ? Math.round(card.enabledAt + STREAMING_MS + wallOffset) : undefined,
    print: printSettings(card.tree.json),
    summary: summaryOf(card.tree.json),
    sequence: card.sequence,
    locked: card.lockedUntil > core.clock.now(),
    detached: card.detached !== false,
  };
}

function senderView(core: Core, sender: Sender): MessageView["sender"] {
  if (sender.type === "app")
    return { type: "app", id: sender.appId, name: core.store.apps.get(sender.appId)?.name ?? sender.appId };
  const user = core.store.users.byUserId(sender.userId);
  if (user === undefined) return { type: "user", id: sender.userId, name: sender.userId };
  return { type: "user", id: core.store.users.openId(user, core.defaultAppId()), name: user.name };
}

export function toReactionViews(core: Core, message: Message): ReactionView[] {
  const byEmoji = new Map<string, { id: string; name: string }[]>();
  for (const reaction of message.reactions) {
    const who = senderView(core, reaction.by);
    const list = byEmoji.get(reaction.emoji) ?? [];
    list.push({ id: who.id, name: who.name });
    byEmoji.set(reaction.emoji, list);
  }
  return Array.from(byEmoji, ([emoji, by]) => ({ emoji, by }));
}

export function toMessageView(core: Core, message: Message): MessageView {
  const card = message.cardId === undefined ? undefined : core.store.cards.get(message.cardId);
  return {
    messageId: message.messageId,
    chatId: message.chatId,
    threadId: message.threadId,
    rootId: message.rootId,
    parentId: message.parentId,
    sender: senderView(core, message.sender),
    msgType: message.msgType,
    content: message.recalled ? {} : message.content,
    mentions: message.mentions.map(({ key, name, userId, appId }) => {
      const user = userId === undefined ? undefined : core.store.users.byUserId(userId);
      const app = appId === undefined ? undefined : core.store.apps.get(appId);
      const id = user === undefined ? (app?.botOpenId ?? "all") : core.store.users.openId(user, core.defaultAppId());
      return { key, id, name };
    }),
    createTime: message.createTime,
    updateTime: message.updateTime,
    edited: message.edits > 0,
    recalled: message.recalled,
    reactions: toReactionViews(core, message),
    readBy: Array.from(message.readBy.keys(), (userId) => {
      const { id, name } = senderView(core, { type: "user", userId });
      return { id, name };
    }),
    readers: readersOf(core, message),
    unheard: message.unheard,
    pinned: message.pin !== undefined,
    parts: message.parts?.flatMap((id) => {
      const part = core.store.messages.get(id);
      return part === undefined ? [] : { name: senderView(core, part.sender).name, text: previewOf(core, part) };
    }),
    card: card === undefined || message.recalled ? undefined : toCardView(core, card),
  };
}

/** How many members of its chat could read a message: all but its author. */
function readersOf(core: Core, { chatId, sender }: Message): number {
  const members = core.store.chats.get(chatId)?.members;
  if (members === undefined) return 0;
  return members.size - (sender.type === "user" && members.has(sender.userId) ? 1 : 0);
}

/** Counted for the badge of the chat list. */
const MOST_UNREAD = 100;

function unreadOf(core: Core, chat: Chat, userId: string): number {
  let count = 0;
  for (let i = chat.messageIds.length - 1; i >= 0 && count < MOST_UNREAD; i--) {
    const message = core.store.messages.get(chat.messageIds[i] ?? "");
    if (message === undefined || (message.sender.type === "user" && message.sender.userId === userId)) continue;
    if (message.readBy.has(userId)) break;
    count += 1;
  }
  return count;
}

/** One line for the chat list. */
function previewOf(core: Core, message: Message): string {
  if (message.recalled) return "[消息已撤回]";
  const { content } = message;
  const card = message.cardId === undefined ? undefined : core.store.cards.get(message.cardId);
  if (card !== undefined) {
    const summary = summaryOf(card.tree.json);
    if (summary !== "") return plainLine(summary);
    if (isStreaming(core, card)) return GENERATING;
    const words =
      visibleTitle(card.tree.json) || visibleParts(card.tree.json).find((part) => part.text.trim() !== "")?.text;
    return plainLine(words ?? "") || "[卡片]";
  }
  if (message.msgType === "text") {
    return message.mentions
      .reduce((text, one) => text.replaceAll(one.key, `@${one.name}`), textOr(content["text"]))
      .slice(0, 80);
  }
  const names: Record<string, string> = {
    image: "[图片]",
    file: "[文件]",
    audio: "[语音]",
    media: "[视频]",
    post: "[富文本]",
    sticker: "[表情]",
    interactive: "[卡片]",
    merge_forward: "[聊天记录]",
  };
  return names[message.msgType] ?? `[${message.msgType}]`;
}

function topicsOf(core: Core, chat: Chat): TopicView[] {
  const threads = new Set(chat.messageIds.flatMap((id) => core.store.messages.get(id)?.threadId ?? []));
  return Array.from(threads, (threadId) => {
    const messages = core.store.messages.inThread(threadId);
    const root = messages[0];
    return {
      threadId,
      rootMessageId: root?.messageId ?? "",
      title: root === undefined ? "" : previewOf(core, root),
      count: messages.length,
    };
  });
}

export function toChatView(core: Core, chat: Chat): ChatView {
  const last = core.store.messages.get(chat.messageIds.at(-1) ?? "");
  const members = Array.from(chat.members).flatMap((id) => core.store.users.byUserId(id) ?? []);
  return {
    chatId: chat.chatId,
    type: chat.type,
    name: chat.name,
    appIds: [...chat.apps],
    topicGroup: chat.topicGroup,
    members: members.map((user) => core.store.users.openId(user, core.defaultAppId())),
    topics: topicsOf(core, chat),
    preview: last === undefined ? "" : previewOf(core, last),
    updatedAt: last?.updateTime ?? chat.createdAt,
    unread: Object.fromEntries(
      members.map((user) => [core.store.users.openId(user, core.defaultAppId()), unreadOf(core, chat, user.userId)]),
    ),
  };
}

export function toMeterView(core: Core): MeterView {
  const now = core.clock.now();
  const cards = core.store.cards
    .all()
    .map((card) => ({ cardId: card.cardId, perSecond: card.rate.count(now), max: CARD_PER_SECOND }));
  return { apis: core.meters.view(now), cards: cards.filter((card) => card.perSecond > 0) };
}

function messagesShowing(core: Core, card: CardEntity): Message[] {
  if (card.detached !== false) return [];
  return card.messageIds.flatMap((id) => core.store.messages.get(id) ?? []);
}

/** Tells watchers that a card that somebody sees changed. */
export function announceCard(core: Core, card: CardEntity): void {
  for (const { chatId, messageId } of messagesShowing(core, card)) {
    // A copy: events wait for their batch while the card goes on changing.
    core.feed.emit(() => ({ type: "card", chatId, messageId, card: structuredClone(toCardView(core, card)) }));
    announceChat(core, chatId);
  }
}

/** Tells watchers that an element's text changed. */
export function announceText(
  core: Core,
  card: CardEntity,
  elementId: string,
  mode: "type" | "replace",
  old: string,
  text: string,
): void {
  const from = mode === "type" ? old.length : 0;
  for (const { chatId, messageId } of messagesShowing(core, card)) {
    core.feed.emit(() => ({
      type: "text",
      chatId,
      messageId,
      cardId: card.cardId,
      elementId,
      mode,
      from,
      text: text.slice(from),
      length: text.length,
      print: printSettings(card.tree.json),
    }));
  }
}

/** Tells watchers that a message came or changed, and what its chat looks like in the list. */
export function announceMessage(core: Core, op: "created" | "updated" | "recalled", message: Message): void {
  core.feed.emit(() => ({ type: "message", op, message: structuredClone(toMessageView(core, message)) }));
  announceChat(core, message.chatId);
}

export function announceChat(core: Core, chatId: string): void {
  core.feed.emit(() => {
    const chat = core.store.chats.get(chatId);
    return chat === undefined ? undefined : { type: "chat", chat: toChatView(core, chat) };
  });
}
