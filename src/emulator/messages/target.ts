import type { Core } from "../state/core.ts";
import { CHAT_PER_SECOND, CHAT_STREAM_PER_SECOND } from "../limits.ts";
import { RateWindow } from "../state/rate-window.ts";
import { refuse } from "../api/refusal.ts";
import type { App } from "../store/apps.ts";
import type { Chat } from "../store/chats.ts";
import type { User } from "../store/users.ts";

/** The chat of one person with one app's bot, made when they never talked. */
export function directChat(core: Core, app: App, user: User): Chat {
  const existing = core.store.chats.direct(app.appId, user.userId);
  if (existing !== undefined) return existing;
  const chat = newChat(core, {
    type: "p2p",
    name: app.name,
    members: [user.userId],
    apps: [app.appId],
    ownerUserId: undefined,
  });
  core.store.chats.add(chat);
  return chat;
}

/** A chat with everything allowed. It is not in the store yet. */
export function newChat(
  core: Core,
  parts: {
    type: "p2p" | "group";
    name: string;
    members: Iterable<string>;
    apps: Iterable<string>;
    ownerUserId: string | undefined;
    chatId?: string | undefined;
  },
): Chat {
  const isFixed = (): boolean => core.world.limitWindow === "fixed";
  return {
    chatId: parts.chatId ?? core.ids.make("oc_"),
    type: parts.type,
    name: parts.name,
    description: "",
    members: new Set(parts.members),
    apps: new Set(parts.apps),
    ownerUserId: parts.ownerUserId,
    createdAt: core.clock.wallNow(),
    topicGroup: false,
    topicReplies: true,
    muted: false,
    dissolved: false,
    external: false,
    mentionAll: true,
    sendDenied: false,
    messageIds: [],
    rate: new RateWindow(CHAT_PER_SECOND, 1000, isFixed),
    streamRate: new RateWindow(CHAT_STREAM_PER_SECOND, 1000),
  };
}

function findUser(core: Core, app: App, idType: string, id: string): User {
  switch (idType) {
    case "open_id": {
      if (!id.startsWith("ou_")) throw refuse("receiveId");
      const found = core.store.users.byOpenId(id);
      if (found === undefined) throw refuse("openIdUnknown");
      if (found.appId !== app.appId) throw refuse("openIdOfOtherApp");
      return found.user;
    }
    case "user_id": {
      const user = core.store.users.byUserId(id);
      if (user === undefined) throw refuse("userIdUnknown");
      return user;
    }
    default: {
      const user = core.store.users.all().find((one) => (idType === "email" ? one.email : one.unionId) === id);
      if (user === undefined) throw refuse("receiveId");
      return user;
    }
  }
}

/** The chat that `receive_id` means for this app. @throws Refusal */
export function findTarget(core: Core, app: App, idType: string, id: string): Chat {
  if (idType === "chat_id") {
    if (!id.startsWith("oc_")) throw refuse("receiveId");
    const chat = core.store.chats.get(id);
    if (chat === undefined) throw refuse("chatIdUnknown");
    checkMaySend(core, app, chat);
    return chat;
  }
  const chat = directChat(core, app, findUser(core, app, idType, id));
  checkMaySend(core, app, chat);
  return chat;
}

/** May this app's bot write here now? @throws Refusal */
export function checkMaySend(core: Core, app: App, chat: Chat): void {
  if (chat.dissolved) throw refuse("chatDissolved");
  if (!chat.apps.has(app.appId)) throw refuse("botNotInChat");
  if (chat.external) throw refuse("lackPermission");
  if (chat.muted) throw refuse("chatForbids");
  if (chat.sendDenied) throw refuse("sendDenied");
  if (chat.type !== "p2p") return;
  for (const userId of chat.members) {
    const user = core.store.users.byUserId(userId);
    if (user === undefined) continue;
    if (user.resigned) throw refuse("userResigned");
    if (user.unavailableTo.has(app.appId)) throw refuse("userUnavailable");
    if (user.stopped.has(app.appId)) throw refuse("stoppedByUser");
  }
}

/** Counts a message to a chat. @throws Refusal 230020 over five a second, shared by all bots. */
export function countToChat(core: Core, chat: Chat): void {
  const now = core.clock.now();
  if (chat.rate.waitMs(now) > 0)
    throw refuse("chatFrequency", { warning: "more than 5 messages in a second to this chat or user" });
  chat.rate.add(now);
}
