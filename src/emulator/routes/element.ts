import { z } from "zod";
import { ok } from "../api/answer.ts";
import type { Answer } from "../api/answer.ts";
import type { Call, Route } from "../api/call.ts";
import { applyTree, rebuild } from "../card/apply.ts";
import type { Change } from "../card/apply.ts";
import { addElements, deleteElement, patchElement, replaceElement } from "../card/edit.ts";
import { cardRules, chatOf, isStreaming, readPart } from "../card/entity.ts";
import { CardIssue, toCardKitRefusal } from "../card/issue.ts";
import { sizeWarning } from "../card/size.ts";
import { isTextTag, setText } from "../card/tree.ts";
import { writeCard } from "../card/write.ts";
import type { WriteFields } from "../card/write.ts";
import type { Core } from "../state/core.ts";
import { isObject } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { CARD_COMPONENTS, CONTENT_CHARS, DATA_CHARS } from "../limits.ts";
import { refuse } from "../api/refusal.ts";
import type { CardEntity } from "../store/cards.ts";
import { announceCard, announceText } from "../views/make-views.ts";
import { writeFields } from "./write-fields.ts";

const base = { auth: "tenant", scopes: ["cardkit:card:write"], invalid: "fieldValidation" } as const;

const contentBody = z.object({ content: z.string().min(1).max(CONTENT_CHARS), ...writeFields });
const addBody = z.object({
  type: z.enum(["insert_before", "insert_after", "append"]),
  target_element_id: z.string().optional(),
  elements: z.string().min(1).max(DATA_CHARS),
  ...writeFields,
});
const replaceBody = z.object({ element: z.string().min(1).max(DATA_CHARS), ...writeFields });
const patchBody = z.object({ partial_element: z.string().min(1).max(DATA_CHARS), ...writeFields });
const deleteBody = z.object(writeFields);

/** Older texts kept per card with `settings.keepHistory`. */
const MAX_HISTORY = 20_000;

function elementId(call: Call): string {
  const id = call.param("element_id");
  if (id === "" || id.length > 20) throw call.invalid("element_id", "max len is 20");
  return id;
}

function isHidden(call: Call, card: CardEntity, id: string): boolean {
  const addedAt = card.addedAt.get(id);
  return addedAt !== undefined && call.core.clock.now() - addedAt < call.core.world.elementVisibleAfterMs;
}

function content(call: Call): Answer {
  const id = elementId(call);
  const input = call.input(contentBody);
  const text = input.content;
  call.entry.written = text.length;
  const { core } = call;
  return writeCard(call, input, (card) => {
    if (!isStreaming(core, card)) throw closed(card);
    const slot = card.tree.slots.get(id);
    if (slot === undefined || isHidden(call, card, id))
      throw refuse("elementMissing", { msg: `not find elementID : ${id}` });
    if (isTemplateText(core, card, slot.node)) {
      throw refuse("notText", {
        warning: "in cards made from a template only markdown components can be streamed into",
      });
    }
    if (!isTextTag(slot.node["tag"])) throw refuse("notText", { warning: `${id} is a ${String(slot.node["tag"])}` });
    if (card.tree.components > CARD_COMPONENTS) throw refuse("tooManyElements");
    const before = slot.node["content"];
    const old = typeof before === "string" ? before : "";
    try {
      setText(card.tree, slot, text, cardRules(core, card.appId, false, chatOf(core, card)), core.world.cardBytes);
    } catch (error) {
      throw error instanceof CardIssue ? toCardKitRefusal(error) : error;
    }
    const mode = text.startsWith(old) ? "type" : "replace";
    card.writes += 1;
    if (core.settings.keepHistory && card.history.length < MAX_HISTORY) {
      card.history.push({ at: core.clock.now(), elementId: id, text, mode });
    }
    announceText(core, card, id, mode, old, text);
    return ok(
      {},
      { warning: mode === "type" || isStatusLine(slot.node) ? sizeWarning(card.tree) : repaintWarning(old, text) },
    );
  });
}

/** @see docs:cardkit-v1/card-element/content: of template cards only rich text can be streamed into */
function isTemplateText(core: Core, card: CardEntity, node: JsonObject): boolean {
  if (node["tag"] !== "plain_text") return false;
  const message = core.store.messages.get(card.messageIds[0] ?? "");
  return card.fromTemplate || (message?.byCardId === false && message.content["type"] === "template");
}

function closed(card: CardEntity): Error {
  const warning =
    "text was written to a card that is not streaming: turn streaming_mode on first, or write the whole card";
  if (!card.timeoutUntold) return refuse("streamingClosed", { warning });
  card.timeoutUntold = false;
  return refuse("streamingTimeout", { warning: "ten minutes after it was last turned on, streaming mode ended" });
}

/** A small line that says how things stand is written anew each time, which is what its author wants. */
function isStatusLine(node: JsonObject): boolean {
  return ["notation", "small", "x-small"].includes(String(node["text_size"]));
}

function repaintWarning(old: string, text: string): string {
  if (text.length < old.length / 2) {
    return `the text shrank from ${old.length} to ${text.length} characters: content takes the whole text so far, not the new piece`;
  }
  return "the new text does not start with the old one: it appears at once, without the typewriter effect";
}

/**
 * Changes a card's JSON with all the checks; what it refuses in general is answered with `how.generic`. With `addedAt`, elements
 * that are new count as added then.
 */
function change(
  call: Call,
  input: WriteFields,
  how: Change,
  edit: (json: JsonObject, card: CardEntity) => void,
  addedAt?: number,
): Answer {
  return writeCard(call, input, (card) => {
    const tree = rebuild(call.core, card, how, (json) => edit(json, card));
    applyTree(card, tree, addedAt);
    announceCard(call.core, card);
    return ok({}, { warning: sizeWarning(tree) });
  });
}

function add(call: Call): Answer {
  const input = call.input(addBody);
  if (input.type !== "append" && !input.target_element_id)
    throw call.invalid("target_element_id", "target_element_id is required");
  call.entry.written = input.elements.length;
  const { core } = call;
  const edit = (json: JsonObject, card: CardEntity): void => {
    isStreaming(core, card);
    if (card.addTimeoutUntold && core.world.addElementAfterTimeout === 200510) {
      card.addTimeoutUntold = false;
      throw refuse("addElementTimeout");
    }
    const elements = readPart(input.elements, "elements");
    if (!Array.isArray(elements) || elements.length === 0)
      throw refuse("addFailed", { warning: "elements is not a JSON array with something in it" });
    addElements(json, input, elements);
  };
  return change(call, input, { generic: "addFailed" }, edit, core.clock.now());
}

function replace(call: Call): Answer {
  const id = elementId(call);
  const input = call.input(replaceBody);
  call.entry.written = input.element.length;
  return change(call, input, { generic: "replaceFailed" }, (json) => {
    const element = readPart(input.element, "element");
    if (!isObject(element)) throw refuse("replaceFailed", { warning: "element is not a JSON object" });
    replaceElement(json, id, { element_id: id, ...element });
  });
}

function patch(call: Call): Answer {
  const id = elementId(call);
  const input = call.input(patchBody);
  call.entry.written = input.partial_element.length;
  return change(call, input, { generic: "elementMissing", uncounted: true }, (json, card) => {
    const partial = readPart(input.partial_element, "partial_element");
    if (!isObject(partial))
      throw refuse("elementMissing", { msg: "update element properties failed, partial_element is not a JSON object" });
    if (isHidden(call, card, id)) throw refuse("elementMissing", { msg: `not find elementID : ${id}` });
    patchElement(json, id, partial);
  });
}

function remove(call: Call): Answer {
  const id = elementId(call);
  return change(call, call.input(deleteBody), { generic: "deleteFailed" }, (json) => deleteElement(json, id));
}

const ELEMENTS = "/open-apis/cardkit/v1/cards/:card_id/elements";

/** @see docs:cardkit-v1/card-element/{create,update,patch,delete,content} */
export const elementRoutes: readonly Route[] = [
  { ...base, operation: "element.add", method: "POST", path: ELEMENTS, run: add },
  { ...base, operation: "element.replace", method: "PUT", path: `${ELEMENTS}/:element_id`, run: replace },
  { ...base, operation: "element.patch", method: "PATCH", path: `${ELEMENTS}/:element_id`, run: patch },
  { ...base, operation: "element.delete", method: "DELETE", path: `${ELEMENTS}/:element_id`, run: remove },
  { ...base, operation: "element.content", method: "PUT", path: `${ELEMENTS}/:element_id/content`, run: content },
];
