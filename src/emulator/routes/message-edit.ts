import { z } from "zod";
import { ok } from "../api/answer.ts";
import type { Answer } from "../api/answer.ts";
import type { Call, Route } from "../api/call.ts";
import { SUB_CODES } from "../api/codes.ts";
import { applyTree } from "../card/apply.ts";
import { addEntity, setStreaming } from "../card/entity.ts";
import { wantsStreaming } from "../card/print.ts";
import type { CardTree } from "../card/tree.ts";
import type { Core } from "../state/core.ts";
import { parseJson } from "../json.ts";
import { CHAT_PER_SECOND, MESSAGE_EDITS, PATCH_MS } from "../limits.ts";
import { isEntity, readCardContent, readContent } from "../messages/content.ts";
import { toWireMessage } from "../messages/wire.ts";
import { RateWindow } from "../state/rate-window.ts";
import { refuse, refuseCard } from "../api/refusal.ts";
import type { CardEntity } from "../store/cards.ts";
import type { Message } from "../store/messages.ts";
import { announceMessage } from "../views/make-views.ts";
import type { World } from "../world/index.ts";
import { checkLength, findMessage } from "./message.ts";

const SCOPES = ["im:message:send_as_bot", "im:message", "im:message:update"];
const base = { auth: "tenant", scopes: SCOPES, invalid: "fieldValidation" } as const;

const patchBody = z.object({ content: z.string().min(1) });
const updateBody = z.object({ msg_type: z.enum(["text", "post", "interactive"]), content: z.string().min(1) });

function isOwn(call: Call, message: Message): boolean {
  return message.sender.type === "app" && message.sender.appId === call.app.appId;
}

type Way = World["patchEntityMessage"] | "write";

/** What PATCH does to a message that shows a card already. */
function wayOf(core: Core, message: Message, card: CardEntity): Way {
  if (message.byCardId) return core.world.patchEntityMessage;
  const noop = core.world.patchConvertedMessage === "noopAfterCardKitCall" && card.converted && card.sequence > 0;
  return noop ? "noop" : "write";
}

/** Lets a message show a card; gives a warning for the timeline. */
function show(core: Core, message: Message, old: CardEntity | undefined, tree: CardTree, way: Way): string | undefined {
  if (old !== undefined && way === "write") {
    applyTree(old, tree);
    // A message's card that asks for streaming mode does not get it; one that streams since id_convert can be told to stop.
    if (!wantsStreaming(tree.json)) setStreaming(core, old, false);
    return undefined;
  }
  const card = addEntity(core, old?.appId ?? core.defaultAppId(), tree);
  setStreaming(core, card, false);
  card.messageIds.push(message.messageId);
  message.cardId = card.cardId;
  if (old === undefined) return undefined;
  old.detached = way === "replace" ? "forGood" : "untilNextCall";
  return way === "replace"
    ? "the card entity this message showed is cut off: CardKit writes to it are no longer seen"
    : "the card entity this message showed is hidden until its next CardKit call";
}

function patch(call: Call): Answer {
  const { content } = call.input(patchBody);
  const message = findMessage(call);
  const { core, app } = call;
  call.entry.cardId = message.cardId;
  call.entry.written = content.length;
  if (message.msgType !== "interactive") throw refuse("typeUnsupported");
  if (!isOwn(call, message)) throw refuse("lackPermission");
  if (message.recalled) throw refuse("recalled");
  const now = core.clock.now();
  if (now - message.sentAt >= PATCH_MS) throw refuse("patchTooOld");
  message.patchRate ??= new RateWindow(CHAT_PER_SECOND, 1000, () => core.world.limitWindow === "fixed");
  if (message.patchRate.waitMs(now) > 0)
    throw refuse("chatFrequency", { warning: "more than 5 PATCH calls in a second on this message" });
  message.patchRate.add(now);
  if (Buffer.byteLength(content) > core.world.cardBytes) throw refuse("tooLong");
  const read = readCardContent(core, app, content, core.store.chats.get(message.chatId));
  if (isEntity(read)) throw refuse("imParameter", { warning: "PATCH takes a card JSON or a template, not a card_id" });
  const old = core.store.cards.get(message.cardId ?? "");
  if (old !== undefined && old.lockedUntil > now) throw refuseCard(SUB_CODES.catchAll, "card action is lock");
  if (old?.tree.json["schema"] !== "2.0" && old !== undefined && read.json["schema"] === "2.0") {
    throw refuseCard(SUB_CODES.createFailed, "create universal card fail", {
      warning: "a card of schema 1.0 can not be updated to schema 2.0",
    });
  }
  if (old?.tree.json["schema"] === "2.0" && Object.keys(read.json).length > 0 && read.json["schema"] !== "2.0")
    throw refuseCard(SUB_CODES.version, "a card of schema 2.0 can not be updated to schema 1.0");
  const way = old === undefined ? "replace" : wayOf(core, message, old);
  if (way === "refuse") {
    throw refuseCard(SUB_CODES.catchAll, "cardid is invalid", {
      warning: "this message was sent by card_id: use CardKit to change it",
    });
  }
  if (way === "noop")
    return ok({}, { msg: "ok", warning: "code 0, and nothing changed: a card entity is changed by CardKit alone" });
  const warning = show(core, message, old, read, way);
  message.updateTime = Math.round(core.clock.wallNow());
  announceMessage(core, "updated", message);
  return ok({}, { msg: "ok", warning });
}

function update(call: Call): Answer {
  const input = call.input(updateBody);
  const message = findMessage(call);
  const { core, app } = call;
  call.entry.written = input.content.length;
  if (!isOwn(call, message)) throw refuse("editNotSender");
  if (message.recalled) throw refuse("recalled");
  // Code 0, and nothing changes (NousResearch/hermes-agent#8847): only PATCH changes a card that was sent as JSON.
  if (message.msgType === "interactive") {
    const warning = "code 0, and nothing changed: a card is changed by PATCH or CardKit, not by PUT";
    return ok(toWireMessage(core, message, app.appId), { warning });
  }
  if (message.msgType !== "text" && message.msgType !== "post") throw refuse("typeUnsupported");
  if (message.edits >= MESSAGE_EDITS) throw refuse("editsUsed", { warning: "a message can be edited 20 times" });
  if (core.clock.now() - message.sentAt >= core.settings.editWindowMs) throw refuse("editWindow");
  checkLength(call, input);
  if (input.msg_type !== message.msgType)
    throw refuse("imParameter", { warning: "msg_type differs from the message's" });
  const read = readContent(core, app, core.store.chats.get(message.chatId), input.msg_type, parseable(input.content));
  message.content = read.content;
  message.mentions = read.mentions;
  message.edits += 1;
  message.updateTime = Math.round(core.clock.wallNow());
  announceMessage(core, "updated", message);
  return ok(toWireMessage(core, message, app.appId));
}

function parseable(content: string): string {
  if (parseJson(content) === undefined) throw refuse("imParameter");
  return content;
}

const MESSAGE = "/open-apis/im/v1/messages/:message_id";

/** @see docs:im-v1/message-card/patch, docs:im-v1/message/update */
export const messageEditRoutes: readonly Route[] = [
  { ...base, operation: "message.patch", method: "PATCH", path: MESSAGE, run: patch },
  { ...base, operation: "message.update", method: "PUT", path: MESSAGE, run: update },
];
