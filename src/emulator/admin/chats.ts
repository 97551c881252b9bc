import type { Hono } from "hono";
import { z } from "zod";
import { findPerson } from "../as-user.ts";
import { verifyWebhook } from "../inbound/webhook.ts";
import { newChat } from "../messages/target.ts";
import { addApp, addUser } from "../state/seed.ts";
import { toAppView, toChatView, toMessageView, toUserView, announceChat } from "../views/make-views.ts";
import { queryNumber, readBody } from "./body.ts";
import type { AdminContext } from "./context.ts";
import { AdminError } from "./errors.ts";
import { tellBotMember, tellChatEntered } from "../inbound/notices.ts";

const webhook = z.strictObject({
  url: z.url(),
  encryptKey: z.string().min(1).optional(),
  verificationToken: z.string().optional(),
});
const newApp = z.strictObject({
  name: z.string().min(1),
  appId: z.string().optional(),
  appSecret: z.string().optional(),
  scopes: z.array(z.string()).optional(),
  webhook: webhook.optional(),
  isv: z.boolean().optional(),
});
const appChanges = z.strictObject({
  name: z.string().min(1).optional(),
  enabled: z.boolean().optional(),
  botAbility: z.boolean().optional(),
  quota: z.number().nullable().optional(),
  ipAllowList: z.array(z.string()).nullable().optional(),
  scopes: z.array(z.string()).optional(),
  webhook: webhook.nullable().optional(),
});
const newUser = z.strictObject({ name: z.string().min(1), nameEn: z.string().optional() });
const userChanges = z.strictObject({
  name: z.string().min(1).optional(),
  resigned: z.boolean().optional(),
  unavailableTo: z.array(z.string()).optional(),
  stopped: z.array(z.string()).optional(),
});
const newGroup = z.strictObject({
  name: z.string().min(1),
  members: z.array(z.string()).min(1),
  apps: z.array(z.string()).optional(),
  topicGroup: z.boolean().optional(),
  topicReplies: z.boolean().optional(),
});
const chatChanges = z.strictObject({
  name: z.string().min(1).optional(),
  topicReplies: z.boolean().optional(),
  muted: z.boolean().optional(),
  dissolved: z.boolean().optional(),
  external: z.boolean().optional(),
  mentionAll: z.boolean().optional(),
  sendDenied: z.boolean().optional(),
  addApps: z.array(z.string()).optional(),
  removeApps: z.array(z.string()).optional(),
});
const entered = z.strictObject({ from: z.string().optional() });

function setGroup(set: Set<string>, values: readonly string[] | undefined): void {
  if (values === undefined) return;
  set.clear();
  for (const value of values) set.add(value);
}

/** Chats, people and apps: listing messages, adding, and the switches that provoke error codes. */
export function chatAdmin(app: Hono, { core, fetch }: AdminContext): void {
  const { store } = core;
  const findChat = (id: string): NonNullable<ReturnType<typeof store.chats.get>> => {
    const chat = store.chats.get(id);
    if (chat === undefined) throw new AdminError(`there is no chat ${id}`, 404);
    return chat;
  };
  const findApp = (id: string): NonNullable<ReturnType<typeof store.apps.get>> => {
    const found = store.apps.get(id);
    if (found === undefined) throw new AdminError(`there is no app ${id}`, 404);
    return found;
  };

  app.get("/emulator/chats/:chatId/messages", (c) => {
    const chat = findChat(c.req.param("chatId"));
    const threadId = c.req.query("threadId");
    const before = c.req.query("before");
    const limit = Math.min(queryNumber(c, "limit", 100, 1), 500);
    const ids =
      threadId === undefined ? chat.messageIds : store.messages.inThread(threadId).map((one) => one.messageId);
    const all = ids.flatMap((id) => store.messages.get(id) ?? []);
    // By a message, not by a time: many may have come in the same millisecond.
    const end = before === undefined ? all.length : all.findIndex(({ messageId }) => messageId === before);
    if (end === -1) throw new AdminError(`before: there is no message ${before} in this chat`, 404);
    const messages = all.slice(0, end);
    return c.json({ messages: messages.slice(-limit).map((one) => toMessageView(core, one)) });
  });
  app.post("/emulator/chats", async (c) => {
    const body = await readBody(c, newGroup);
    const members = body.members.map((key) => findPerson(core, key).userId);
    const apps = (body.apps ?? [core.defaultAppId()]).map(findApp);
    const ids = apps.map(({ appId }) => appId);
    const chat = newChat(core, { type: "group", name: body.name, members, apps: ids, ownerUserId: members[0] });
    if (body.topicGroup !== undefined) chat.topicGroup = body.topicGroup;
    if (body.topicReplies !== undefined) chat.topicReplies = body.topicReplies;
    store.chats.add(chat);
    for (const one of apps) tellBotMember(core, one, chat.chatId, members[0], "added");
    announceChat(core, chat.chatId);
    return c.json(toChatView(core, chat));
  });
  app.patch("/emulator/chats/:chatId", async (c) => {
    const chat = findChat(c.req.param("chatId"));
    const { addApps = [], removeApps = [], ...flags } = await readBody(c, chatChanges);
    // Everybody is found before anything is changed.
    const [coming, going] = [addApps.map(findApp), removeApps.map(findApp)];
    Object.assign(chat, flags);
    for (const one of coming) {
      chat.apps.add(one.appId);
      tellBotMember(core, one, chat.chatId, chat.ownerUserId, "added");
    }
    for (const one of going) {
      chat.apps.delete(one.appId);
      tellBotMember(core, one, chat.chatId, chat.ownerUserId, "deleted");
    }
    announceChat(core, chat.chatId);
    return c.json(toChatView(core, chat));
  });
  app.post("/emulator/chats/:chatId/enter", async (c) => {
    const chat = findChat(c.req.param("chatId"));
    const user = findPerson(core, (await readBody(c, entered)).from);
    for (const id of chat.apps) tellChatEntered(core, findApp(id), chat.chatId, user.userId);
    return c.json({ ok: true });
  });
  app.post("/emulator/users", async (c) => {
    const user = addUser(core, await readBody(c, newUser));
    return c.json(toUserView(core, user));
  });
  app.patch("/emulator/users/:key", async (c) => {
    const user = findPerson(core, c.req.param("key"));
    const body = await readBody(c, userChanges);
    for (const id of [...(body.unavailableTo ?? []), ...(body.stopped ?? [])]) findApp(id);
    if (body.name !== undefined) user.name = body.name;
    if (body.resigned !== undefined) user.resigned = body.resigned;
    setGroup(user.unavailableTo, body.unavailableTo);
    setGroup(user.stopped, body.stopped);
    return c.json(toUserView(core, user));
  });
  app.post("/emulator/apps", async (c) => {
    const body = await readBody(c, newApp);
    if (body.appId !== undefined && store.apps.has(body.appId)) throw new AdminError("appId: this app is here already");
    const added = addApp(core, body);
    core.feed.emit(() => ({ type: "app", app: toAppView(core, added) }));
    return c.json({
      ...toAppView(core, added),
      appSecret: added.appSecret,
      verificationToken: added.verificationToken,
    });
  });
  app.patch("/emulator/apps/:appId", async (c) => {
    const found = findApp(c.req.param("appId"));
    const body = await readBody(c, appChanges);
    if (body.name !== undefined) found.name = body.name;
    if (body.enabled !== undefined) found.enabled = body.enabled;
    if (body.botAbility !== undefined) found.botAbility = body.botAbility;
    if (body.quota !== undefined) found.quota = body.quota ?? undefined;
    if (body.ipAllowList !== undefined) found.ipAllowList = body.ipAllowList ?? undefined;
    if (body.webhook !== undefined) found.webhook = body.webhook ?? undefined;
    setGroup(found.scopes, body.scopes);
    core.feed.emit(() => ({ type: "app", app: toAppView(core, found) }));
    return c.json(toAppView(core, found));
  });
  app.post("/emulator/apps/:appId/verify-webhook", async (c) => {
    const found = findApp(c.req.param("appId"));
    if (found.webhook === undefined || fetch === undefined) throw new AdminError("the app has no webhook");
    const problem = await verifyWebhook(core, fetch, found, found.webhook);
    return c.json({ ok: problem === undefined, problem });
  });
}
