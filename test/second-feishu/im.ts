import type { Call } from "./calls.ts";
import { textOf } from "./cardkit.ts";
import type { Json } from "./card-rules.ts";
import { auditRefusal, parseObject, readCard } from "./card-rules.ts";
import type { Body, Message } from "./messages.ts";
import { cardRefusal, fieldRefusal, Refusal } from "./refusal.ts";
import type { Place, State } from "./state.ts";
import { toWire } from "./wire.ts";

const UUID_MS = 3_600_000;
const PATCH_LIFE_MS = 14 * 24 * 3_600_000;
const POST_BYTES = 30 * 1024;
const TEXT_BYTES = 150 * 1024;
const MAX_EDITS = 20;

/** Answers an IM call. @throws Refusal */
export function im(state: State, call: Call): Json {
  const { name, body, path, query } = call;
  const messageId = path[3] ?? "";
  switch (name) {
    case "im.send":
      return { data: send(state, receiver(state, query.get("receive_id_type"), textOf(body["receive_id"])), body) };
    case "im.reply": {
      const parent = state.message(messageId);
      notRecalled(parent);
      if (body["reply_in_thread"] === true) parent.threadId ??= `omt_${parent.messageId.slice(3)}`;
      const { threadId } = parent;
      return { data: send(state, { chatId: parent.chatId, threadId, parentId: parent.messageId }, body) };
    }
    case "im.patch":
      patch(state, state.message(messageId), body);
      return { data: {} };
    case "im.put":
      edit(state, state.message(messageId), body);
      return { data: {} };
    case "im.get":
      return { data: { items: [toWire(state, state.message(messageId), query.get("card_msg_content_type"))] } };
    case "im.list":
      return { data: list(state, query) };
    case "im.recall": {
      const message = state.message(messageId);
      if (message.sender !== "app") throw new Refusal(230_026, "no permission to recall");
      message.recalled = "app";
      state.changed(message, undefined);
      return { data: {} };
    }
    case "im.image": {
      const key = `img_v3_${state.id()}`;
      state.images.add(key);
      return { data: { image_key: key } };
    }
    case "im.file":
      return { data: { file_key: `file_v3_${state.id()}` } };
    default:
      return { data: { reaction_id: state.id() } };
  }
}

function receiver(state: State, type: string | null, id: string): Place {
  if (type !== "chat_id" && type !== "open_id") throw fieldRefusal("receive_id_type", "unknown");
  if (type === "open_id" && !state.people.has(id)) throw new Refusal(99_992_351, "not a valid open_id");
  return { chatId: type === "chat_id" ? id : `p2p-${id}`, threadId: undefined, parentId: undefined };
}

function send(state: State, place: Place, body: Json): Json {
  const now = state.clock.now();
  if (state.leftChats.has(place.chatId)) throw new Refusal(230_002, "Bot/User can NOT be out of the chat.");
  const uuid = body["uuid"];
  if (typeof uuid === "string") {
    if (uuid.length > 50) throw fieldRefusal("uuid", "max len is 50");
    const before = state.sent.get(uuid);
    if (before !== undefined && now - before.at < UUID_MS) return toWire(state, before.message, null);
  }
  state.limits.five(`send ${place.chatId}`, now);
  const message = state.addMessage(place, "app", toBody(state, textOf(body["msg_type"]), textOf(body["content"])));
  if (typeof uuid === "string") state.sent.set(uuid, { message, at: now });
  return toWire(state, message, null);
}

function toBody(state: State, type: string, text: string): Body {
  const content = parseObject(text, 230_001, "content is not JSON");
  if (type === "interactive") {
    if (content["type"] === "card") return entityBody(state, textOf((content["data"] as Json)["card_id"]));
    return { kind: "inline", card: inlineCard(state, text) };
  }
  if (state.audit?.test(text)) throw auditRefusal();
  if (type === "text" || type === "post") {
    if (Buffer.byteLength(text) > (type === "text" ? TEXT_BYTES : POST_BYTES))
      throw new Refusal(230_025, "The length of the message content reaches its limit.");
    return type === "text" ? { kind: "text", text: textOf(content["text"]) } : { kind: "post", content };
  }
  return { kind: "file", key: text };
}

function entityBody(state: State, cardId: string): Body {
  const entity = state.cards.get(cardId);
  if (entity === undefined || state.clock.now() < entity.usableAt) throw cardRefusal(11_310, "cardid is invalid");
  if (state.shownBy(entity).length > 0) {
    if (state.world.secondSend === "11310") throw cardRefusal(11_310, "cardid is invalid");
    if (state.world.secondSend === "other") throw cardRefusal(200_740, "card was sent");
  }
  return { kind: "entity", entity, patched: undefined, converted: false };
}

/** A card that comes with a message. @throws Refusal as IM words it */
function inlineCard(state: State, text: string): Json {
  try {
    return readCard(text, state.context(false));
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === 230_028 || error.code === 230_099) throw error;
    if (error.code === 200_860) throw new Refusal(230_025, "The length of the message content reaches its limit.");
    throw cardRefusal(error.code === 300_305 ? 11_310 : error.code, error.message);
  }
}

function patch(state: State, message: Message, body: Json): void {
  const now = state.clock.now();
  const { body: shown } = message;
  notRecalled(message);
  if (message.sender !== "app") throw new Refusal(230_027, "not the sender");
  if (shown.kind !== "inline" && shown.kind !== "entity") throw new Refusal(230_001, "This message is NOT a card.");
  if (now - message.createdAt > PATCH_LIFE_MS) throw new Refusal(230_031, "message is too old");
  state.limits.five(`patch ${message.messageId}`, now);
  const card = inlineCard(state, textOf(body["content"]));
  message.updatedAt = now;
  if (shown.kind === "inline") shown.card = card;
  else if (shown.converted) {
    if (state.world.patchAfterConvert === "works" || shown.entity.writes === 0) shown.entity.card = card;
  } else if (state.world.patchOnEntity === "refuse") {
    throw new Refusal(230_001, "This message can not be patched.");
  } else if (state.world.patchOnEntity !== "noop") {
    shown.patched = { card, atWrites: shown.entity.writes };
  }
  state.changed(message, undefined);
}

function edit(state: State, message: Message, body: Json): void {
  notRecalled(message);
  // On a card: code 0, and nothing happens.
  if (message.body.kind !== "text" && message.body.kind !== "post") return;
  if (message.edits >= MAX_EDITS)
    throw new Refusal(230_072, "The message has reached the number of times it can be edited.");
  message.edits += 1;
  message.updatedAt = state.clock.now();
  message.body = toBody(state, textOf(body["msg_type"]), textOf(body["content"]));
  state.changed(message, undefined);
}

function list(state: State, query: URLSearchParams): Json {
  const inThread = query.get("container_id_type") === "thread";
  const id = query.get("container_id");
  // In an ordinary group a topic shows only its first message.
  const all = state.messages.filter(({ threadId, chatId, parentId }) =>
    inThread ? threadId === id : chatId === id && (threadId === undefined || parentId === undefined),
  );
  if (query.get("sort_type") === "ByCreateTimeDesc") all.reverse();
  const size = Number(query.get("page_size") ?? 20);
  const from = Number(query.get("page_token") ?? 0);
  const items = all
    .slice(from, from + size)
    .map((message) => toWire(state, message, query.get("card_msg_content_type")));
  const has_more = from + size < all.length;
  return { items, has_more, ...(has_more && { page_token: `${from + size}` }) };
}

function notRecalled({ recalled }: Message): void {
  if (recalled !== undefined) throw new Refusal(230_011, "The message was recalled.");
}
