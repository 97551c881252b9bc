import type { CardEntity, Typing } from "./card-entity.ts";
import { parseList } from "./card-entity.ts";
import type { Call } from "./calls.ts";
import type { CardContext, Json } from "./card-rules.ts";
import { parseObject, readCard } from "./card-rules.ts";
import { fieldRefusal, Refusal } from "./refusal.ts";
import type { State } from "./state.ts";

const NO_ENTITY = "card entity does not exist";

/** Answers a CardKit call. @throws Refusal */
export function cardkit(state: State, call: Call): Json {
  const { name, body } = call;
  if (name === "card.create") {
    if (body["type"] !== "card_json") throw fieldRefusal("type", "must be card_json");
    const card = readCard(textOf(body["data"]), state.context(true, true));
    return { data: { card_id: state.addCard(card, state.world.sendableAfterMs).cardId } };
  }
  if (name === "card.convert") return { data: { card_id: convert(state, textOf(body["message_id"])).cardId } };
  write(state, call);
  return { data: {} };
}

function convert(state: State, messageId: string): CardEntity {
  const message = state.message(messageId);
  const { body } = message;
  if (body.kind === "entity") return body.entity;
  const tooEarly = state.clock.now() < message.createdAt + state.world.convertibleAfterMs;
  if (body.kind !== "inline" || tooEarly) throw new Refusal(200_740, NO_ENTITY);
  const entity = state.addCard(body.card, 0);
  message.body = { kind: "entity", entity, patched: undefined, converted: true };
  return entity;
}

function write(state: State, call: Call): void {
  const { sequence, uuid } = call.body;
  const now = state.clock.now();
  const card = state.cards.get(call.path[3] ?? "");
  if (card === undefined) throw new Refusal(200_740, NO_ENTITY);
  const messages = state.shownBy(card);
  const streaming = card.isStreaming(now);
  state.limits.card(card.cardId, streaming, now);
  if (streaming && messages[0] !== undefined) state.limits.streamsOfChat(messages[0].chatId, now);
  const context = state.context(true);
  let typing: Typing | undefined;
  card.write({ sequence, uuid }, context, now, () => {
    typing = change(card, call, context, now);
  });
  for (const message of messages) state.changed(message, typing);
}

function change(card: CardEntity, { name, body, path }: Call, context: CardContext, now: number): Typing | undefined {
  const elementId = path[5] ?? "";
  switch (name) {
    case "card.put":
      card.replace(textOf((body["card"] as Json | undefined)?.["data"]), context, now);
      return undefined;
    case "card.settings":
      card.settings(textOf(body["settings"]), now);
      return undefined;
    case "card.batch":
      card.batch(body["actions"], context, now);
      return undefined;
    case "card.add":
      card.add(body, parseList(body["elements"], "elements"), context, now);
      return undefined;
    case "card.element.put":
      card.put(elementId, parseObject(textOf(body["element"]), 200_220, "bad element"), context);
      return undefined;
    case "card.element.patch":
      card.patch(elementId, parseObject(textOf(body["partial_element"]), 200_220, "bad element"), context, now);
      return undefined;
    case "card.element.delete":
      card.remove(elementId);
      return undefined;
    default:
      return card.content(elementId, body["content"], context, now);
  }
}

/** A field that has to be a string. @throws Refusal */
export function textOf(value: unknown): string {
  if (typeof value !== "string") throw fieldRefusal("body", "a field is missing or no string");
  return value;
}
