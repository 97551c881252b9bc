import { z } from "zod";
import { ok } from "../api/answer.ts";
import type { Answer } from "../api/answer.ts";
import type { Call, Route } from "../api/call.ts";
import { isStreaming } from "../card/entity.ts";
import { isObject } from "../json.ts";
import { postMessage } from "../messages/post.ts";
import { checkMaySend, countToChat, findTarget } from "../messages/target.ts";
import { toWireMessage } from "../messages/wire.ts";
import { refuse } from "../api/refusal.ts";
import type { Chat } from "../store/chats.ts";
import type { Message } from "../store/messages.ts";
import { findMessage } from "./message.ts";

const SCOPES = ["im:message:send_as_bot", "im:message", "im:message:send"];
const base = { auth: "tenant", scopes: SCOPES, invalid: "fieldValidation" } as const;

const forwardBody = z.object({ receive_id: z.string().min(1) });
const mergeBody = forwardBody.extend({ message_id_list: z.array(z.string().min(1)).min(1).max(100) });

function target(call: Call, receiveId: string): Chat {
  const { core, app } = call;
  const type = call.query("receive_id_type") ?? "";
  const chat =
    type === "thread_id"
      ? core.store.chats.get(core.store.messages.inThread(receiveId)[0]?.chatId ?? "")
      : findTarget(core, app, type, receiveId);
  if (chat === undefined) throw refuse("topicUnknown");
  checkMaySend(core, app, chat);
  countToChat(core, chat);
  return chat;
}

/** May a message leave its chat? @throws Refusal */
function checkForwardable(call: Call, message: Message): void {
  const { core } = call;
  if (message.recalled) throw refuse("recalled");
  const card = core.store.cards.get(message.cardId ?? "");
  if (card === undefined) return;
  if (isStreaming(core, card))
    throw refuse("typeUnsupported", { warning: "a card that streams can not be forwarded (web:streaming-overview)" });
  const config = card.tree.json["config"];
  if (isObject(config) && config["enable_forward"] === false)
    throw refuse("typeUnsupported", { warning: "config.enable_forward of this card is false" });
}

function answer(call: Call, message: Message): Answer {
  call.entry.messageId = message.messageId;
  return ok(toWireMessage(call.core, message, call.app.appId));
}

/** A copy: what happens to the original later does not show in it. */
function forward(call: Call): Answer {
  const input = call.input(forwardBody);
  const { core, app } = call;
  const original = findMessage(call);
  checkForwardable(call, original);
  const card = core.store.cards.get(original.cardId ?? "");
  return answer(
    call,
    postMessage(core, {
      chat: target(call, input.receive_id),
      sender: { type: "app", appId: app.appId },
      msgType: original.msgType,
      content: {
        content: structuredClone(original.content),
        mentions: original.mentions,
        card: card === undefined ? undefined : structuredClone(card.tree),
      },
      parts: original.parts,
    }),
  );
}

function mergeForward(call: Call): Answer {
  const input = call.input(mergeBody);
  const { core, app } = call;
  const originals = input.message_id_list.map((id) => core.store.messages.get(id));
  const mine = originals.flatMap((one) => one ?? []);
  if (mine.length < originals.length) throw refuse("messageIdUnknown");
  for (const message of mine) {
    if (!core.store.chats.get(message.chatId)?.apps.has(app.appId)) throw refuse("botNotInChat");
    checkForwardable(call, message);
  }
  const message = postMessage(core, {
    chat: target(call, input.receive_id),
    sender: { type: "app", appId: app.appId },
    msgType: "merge_forward",
    content: { content: { text: "Merged and Forwarded Message" }, mentions: [], card: undefined },
    parts: mine.map(({ messageId }) => messageId),
  });
  return ok({ message: toWireMessage(core, message, app.appId), invalid_message_id_list: [] });
}

const MESSAGES = "/open-apis/im/v1/messages";

/** @see docs:im-v1/message/{forward,merge_forward} */
export const messageForwardRoutes: readonly Route[] = [
  { ...base, operation: "message.forward", method: "POST", path: `${MESSAGES}/:message_id/forward`, run: forward },
  { ...base, operation: "message.merge_forward", method: "POST", path: `${MESSAGES}/merge_forward`, run: mergeForward },
];
