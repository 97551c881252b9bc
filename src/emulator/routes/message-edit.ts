import { z } from "zod";
import { ok } from "../answer.ts";
import type { Answer } from "../answer.ts";
import type { Call, Route } from "../call.ts";
import { SUB_CODES } from "../codes.ts";
import { applyTree } from "../card/apply.ts";
import { addEntity, setStreaming } from "../card/entity.ts";
import { wantsStreaming } from "../card/print.ts";
import { isObject, parseJson } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { CHAT_PER_SECOND, MESSAGE_EDITS, PATCH_MS } from "../limits.ts";
import { isEntity, readCardContent, readContent } from "../messages/content.ts";
import { toWireMessage } from "../messages/wire.ts";
import { RateWindow } from "../rate-window.ts";
import { refuse, refuseCard } from "../refusal.ts";
import type { Message } from "../store/messages.ts";
import { announceMessage } from "../views.ts";
import { checkLength, findMessage } from "./message.ts";

const SCOPES = ["im:message:send_as_bot", "im:message", "im:message:update"];
const base = { auth: "tenant", scopes: SCOPES, invalid: "imParameter" } as const;

const patchBody = z.object({ content: z.string().min(1) });
const updateBody = z.object({ msg_type: z.enum(["text", "post"]), content: z.string().min(1) });

function isOwn(call: Call, message: Message): boolean {
  return message.sender.type === "app" && message.sender.appId === call.app.appId;
}

function saysUpdateMulti(json: JsonObject): boolean {
  return isObject(json["config"]) && json["config"]["update_multi"] === true;
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
  message.patchRate ??= new RateWindow(CHAT_PER_SECOND, 1000, core.settings.limitWindow === "fixed");
  if (message.patchRate.waitMs(now) > 0)
    throw refuse("chatFrequency", { warning: "more than 5 PATCH calls in a second on this message" });
  message.patchRate.add(now);
  if (Buffer.byteLength(content) > core.settings.cardMaxBytes) throw refuse("tooLong");
  const read = readCardContent(core, app, content, core.store.chats.get(message.chatId));
  if (isEntity(read)) throw refuse("imParameter", { warning: "PATCH takes a card JSON or a template, not a card_id" });
  const old = core.store.cards.get(message.cardId ?? "");
  if (
    core.settings.patchNeedsUpdateMulti &&
    !(saysUpdateMulti(read.json) && (old === undefined || saysUpdateMulti(old.tree.json)))
  ) {
    throw refuseCard(300302, "update_multi is false", {
      warning: "PATCH needs config.update_multi true in the card before and after",
    });
  }
  if (old !== undefined && old.lockedUntil > now) throw refuseCard(SUB_CODES.catchAll, "card action is lock");
  if (old !== undefined && message.byCardId && core.settings.patchEntityMessage === "refuse") {
    throw refuseCard(SUB_CODES.catchAll, "cardid is invalid", {
      warning: "this message was sent by card_id: use CardKit to change it",
    });
  }
  if (old?.tree.json["schema"] === "2.0" && Object.keys(read.json).length > 0 && read.json["schema"] !== "2.0")
    throw refuseCard(SUB_CODES.version, "a card of schema 2.0 can not be updated to schema 1.0");
  let warning: string | undefined;
  if (old !== undefined && message.byCardId && core.settings.patchEntityMessage === "merge") {
    applyTree(old, read);
    setStreaming(core, old, wantsStreaming(read.json));
  } else {
    const card = addEntity(core, app.appId, read);
    card.sent = true;
    card.messageId = message.messageId;
    message.cardId = card.cardId;
    if (old !== undefined) {
      old.detached = true;
      if (old.writes > 0 || old.streaming)
        warning = "the card entity this message showed is cut off: CardKit writes to it are no longer seen";
    }
  }
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
