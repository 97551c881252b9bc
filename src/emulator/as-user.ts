import type { Core } from "./state/core.ts";
import type { JsonObject } from "./json.ts";
import { readMentionTags } from "./messages/mention-tags.ts";
import { beginPostWith, EVERYBODY, readPostMentions } from "./messages/post-mentions.ts";
import { directChat } from "./messages/target.ts";
import { postMessage } from "./messages/post.ts";
import type { Chat } from "./store/chats.ts";
import type { Mention, Message } from "./store/messages.ts";
import type { User } from "./store/users.ts";
import { announceMessage, toReactionViews } from "./views/make-views.ts";
import { recallMessage, tellFirstChat, tellMessageByUser, tellReaction, tellRead } from "./inbound/notices.ts";

/** What a person sends. */
export interface UserMessage {
  /** open_id, user_id or name. @defaultValue the first person */
  readonly from?: string | undefined;
  /** @defaultValue the person's chat with the app */
  readonly chatId?: string | undefined;
  /** Whose chat, when no `chatId` is given. @defaultValue the default app */
  readonly appId?: string | undefined;
  /** `<at user_id="ou_…">name</at>` names a person or a bot, `user_id="all"` everybody. */
  readonly text?: string | undefined;
  /** Post content, as in the message API. */
  readonly post?: JsonObject | undefined;
  readonly imageKey?: string | undefined;
  readonly fileKey?: string | undefined;
  /** Any other kind of message, as Feishu writes it: `sticker`, `audio`, `share_chat`, … */
  readonly other?: { readonly msgType: string; readonly content: JsonObject } | undefined;
  /** message_ids to forward as one message, oldest first. */
  readonly forward?: readonly string[] | undefined;
  /** Names the bot in front of the text or rich text; an app id names that app's bot. */
  readonly mentionBot?: boolean | string | undefined;
  readonly mentionAll?: boolean | undefined;
  /** message_id this answers. */
  readonly replyTo?: string | undefined;
  /** Answer in a topic. */
  readonly inThread?: boolean | undefined;
  /** Write in an existing topic. */
  readonly threadId?: string | undefined;
}

/** Something a person cannot do; the message says why in plain words. */
export class UserActionError extends Error {
  override readonly name = "UserActionError";
}

/** The person meant by an open_id, user_id or name; the first one when nothing is given. @throws UserActionError */
export function findPerson(core: Core, key: string | undefined): User {
  const user = key === undefined ? core.store.users.all()[0] : core.store.users.find(key);
  if (user === undefined) throw new UserActionError(`there is no user ${key ?? ""}`);
  return user;
}

/** @throws UserActionError */
export function findSent(core: Core, messageId: string): Message {
  const message = core.store.messages.get(messageId);
  if (message === undefined) throw new UserActionError(`there is no message ${messageId}`);
  return message;
}

function findChat(core: Core, user: User, input: UserMessage, parent: Message | undefined): Chat {
  if (parent !== undefined && input.chatId !== undefined && parent.chatId !== input.chatId)
    throw new UserActionError("the message to answer is in another chat");
  const chatId = input.chatId ?? parent?.chatId;
  if (chatId === undefined) {
    const app = core.store.apps.get(input.appId ?? core.defaultAppId());
    if (app === undefined) throw new UserActionError(`there is no app ${input.appId ?? ""}`);
    const existing = core.store.chats.direct(app.appId, user.userId);
    if (existing !== undefined) return existing;
    const created = directChat(core, app, user);
    tellFirstChat(core, app, created.chatId, user);
    return created;
  }
  const chat = core.store.chats.get(chatId);
  if (chat === undefined) throw new UserActionError(`there is no chat ${chatId}`);
  if (chat.dissolved) throw new UserActionError("the chat was dissolved");
  if (!chat.members.has(user.userId)) throw new UserActionError(`${user.name} is not in this chat`);
  return chat;
}

/** Whom the message names in front of its words. */
function namedFirst(core: Core, chat: Chat, input: UserMessage): Mention[] {
  const mentions: Mention[] = input.mentionAll === true ? [EVERYBODY] : [];
  if (input.mentionBot !== undefined && input.mentionBot !== false) {
    const appId = typeof input.mentionBot === "string" ? input.mentionBot : ([...chat.apps][0] ?? "");
    const app = core.store.apps.get(appId);
    if (app === undefined || !chat.apps.has(appId)) throw new UserActionError("no such bot in this chat");
    mentions.push({ key: "@_user_1", name: app.name, userId: undefined, appId });
  }
  return mentions;
}

function textContent(core: Core, chat: Chat, input: UserMessage): { content: JsonObject; mentions: Mention[] } {
  const mentions = namedFirst(core, chat, input);
  const prefix = mentions.map(({ key }) => `${key} `).join("");
  const text = readMentionTags(core, input.text ?? "", mentions);
  if (text.includes("@_all") && input.mentionAll !== true) mentions.push(EVERYBODY);
  return { content: { text: `${prefix}${text}` }, mentions };
}

function postContent(
  core: Core,
  chat: Chat,
  input: UserMessage,
  post: JsonObject,
): { content: JsonObject; mentions: Mention[] } {
  const mentions = namedFirst(core, chat, input);
  const first = mentions.map(({ key, name }) => ({ tag: "at", user_id: key, user_name: name, style: [] }));
  const content = readPostMentions(core, beginPostWith(post, first), mentions);
  return { content, mentions };
}

function readInput(
  core: Core,
  chat: Chat,
  input: UserMessage,
): { msgType: string; content: JsonObject; mentions: Mention[] } {
  const post = input.post ?? (input.other?.msgType === "post" ? input.other.content : undefined);
  if (post !== undefined) return { msgType: "post", ...postContent(core, chat, input, post) };
  if (input.imageKey !== undefined) return { msgType: "image", content: { image_key: input.imageKey }, mentions: [] };
  if (input.fileKey !== undefined) {
    const file = core.store.files.get(input.fileKey);
    return { msgType: "file", content: { file_key: input.fileKey, file_name: file?.name ?? "" }, mentions: [] };
  }
  if (input.other !== undefined) return { ...input.other, mentions: [] };
  if (input.forward !== undefined)
    return { msgType: "merge_forward", content: { text: "Merged and Forwarded Message" }, mentions: [] };
  if (input.text === undefined)
    throw new UserActionError("nothing to send: give text, post, imageKey, fileKey, other or forward");
  return { msgType: "text", ...textContent(core, chat, input) };
}

/** A person writes; the bots that may read it are told. @throws UserActionError */
export function sendAsUser(core: Core, input: UserMessage): Message {
  const user = findPerson(core, input.from);
  const topicRoot = input.threadId === undefined ? undefined : core.store.messages.inThread(input.threadId)[0];
  if (input.threadId !== undefined && topicRoot === undefined)
    throw new UserActionError(`there is no topic ${input.threadId}`);
  const parent = input.replyTo === undefined ? topicRoot : findSent(core, input.replyTo);
  const chat = findChat(core, user, input, parent);
  const { msgType, content, mentions } = readInput(core, chat, input);
  const message = postMessage(core, {
    chat,
    sender: { type: "user", userId: user.userId },
    msgType,
    content: { content, mentions, card: undefined },
    parent,
    inThread: input.inThread === true || topicRoot !== undefined,
    parts: input.forward?.map((messageId) => findSent(core, messageId).messageId),
  });
  tellMessageByUser(core, message);
  return message;
}

/** Is it not the person who wrote the message, but another one? */
function isOther(core: Core, message: Message, from: string | undefined): boolean {
  if (message.sender.type !== "user") return true;
  return from !== undefined && findPerson(core, from).userId !== message.sender.userId;
}

/** A person edits a text of theirs. Feishu sends no event for it. `from`: who tries; the author when left out. @throws UserActionError */
export function editAsUser(core: Core, messageId: string, text: string, from?: string): Message {
  const message = findSent(core, messageId);
  if (isOther(core, message, from) || message.msgType !== "text" || message.recalled)
    throw new UserActionError("only a person's own text can be edited");
  const mentions: Mention[] = [];
  message.content = { text: readMentionTags(core, text, mentions) };
  message.mentions = mentions;
  message.edits += 1;
  message.updateTime = Math.round(core.clock.wallNow());
  announceMessage(core, "updated", message);
  return message;
}

/** A person takes a message back. `from`: who tries; the author when left out. @throws UserActionError */
export function recallAsUser(core: Core, messageId: string, from?: string): Message {
  const message = findSent(core, messageId);
  if (isOther(core, message, from)) throw new UserActionError("only a person's own message can be taken back");
  if (!message.recalled) recallMessage(core, message);
  return message;
}

/**
 * A person has read a chat up to its last message: every message of others that they had not read yet, told to the bots that
 * wrote them. `messageId`: only up to there.
 * @throws UserActionError
 */
export function readAsUser(
  core: Core,
  input: { from?: string | undefined; chatId: string; messageId?: string | undefined },
): void {
  const user = findPerson(core, input.from);
  const chat = core.store.chats.get(input.chatId);
  if (chat === undefined) throw new UserActionError(`there is no chat ${input.chatId}`);
  if (!chat.members.has(user.userId)) throw new UserActionError(`${user.name} is not in this chat`);
  const last = input.messageId === undefined ? chat.messageIds.length - 1 : chat.messageIds.indexOf(input.messageId);
  const at = Math.round(core.clock.wallNow());
  const fresh: Message[] = [];
  // What stands above a message that was read was read with it.
  for (let i = last; i >= 0; i--) {
    const message = core.store.messages.get(chat.messageIds[i] ?? "");
    if (message === undefined || (message.sender.type === "user" && message.sender.userId === user.userId)) continue;
    if (message.readBy.has(user.userId)) break;
    message.readBy.set(user.userId, at);
    message.urgentFor.delete(user.userId);
    fresh.push(message);
  }
  if (fresh.length === 0) return;
  tellRead(core, user, fresh, at);
  core.feed.emit(() => ({
    type: "read",
    chatId: chat.chatId,
    by: core.store.users.openId(user, core.defaultAppId()),
    messageIds: fresh.map(({ messageId }) => messageId),
  }));
}

/** A person reacts to a message, or takes the reaction back. @throws UserActionError */
export function reactAsUser(
  core: Core,
  input: { from?: string | undefined; messageId: string; emoji: string; remove?: boolean | undefined },
): void {
  const user = findPerson(core, input.from);
  const message = findSent(core, input.messageId);
  const own = message.reactions.find(
    (one) => one.emoji === input.emoji && one.by.type === "user" && one.by.userId === user.userId,
  );
  if (input.remove === true) {
    if (own === undefined) return;
    message.reactions.splice(message.reactions.indexOf(own), 1);
    tellReaction(core, message, own, "deleted");
  } else if (own === undefined) {
    const by = { type: "user", userId: user.userId } as const;
    const reaction = { reactionId: core.ids.make("r_"), emoji: input.emoji, by, at: Math.round(core.clock.wallNow()) };
    message.reactions.push(reaction);
    tellReaction(core, message, reaction, "created");
  }
  core.feed.emit(() => ({
    type: "reaction",
    chatId: message.chatId,
    messageId: message.messageId,
    reactions: toReactionViews(core, message),
  }));
}
