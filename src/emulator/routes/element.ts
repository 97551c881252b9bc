import { z } from "zod";
import { ok } from "../answer.ts";
import type { Answer } from "../answer.ts";
import type { Call, Route } from "../call.ts";
import { applyTree, rebuild } from "../card/apply.ts";
import { addElements, deleteElement, patchElement, replaceElement } from "../card/edit.ts";
import { cardRules, chatOf, isStreaming, readPart, writeCard } from "../card/entity.ts";
import { CardIssue, toCardKitRefusal } from "../card/issue.ts";
import { isTextTag, setText } from "../card/tree.ts";
import type { CodeName } from "../codes.ts";
import type { Core } from "../core.ts";
import { isObject } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { CONTENT_CHARS, DATA_CHARS } from "../limits.ts";
import { refuse } from "../refusal.ts";
import type { CardEntity } from "../store/cards.ts";
import { announceCard, announceText } from "../views.ts";
import { writeFields } from "./write-fields.ts";

const base = { auth: "tenant", scopes: ["cardkit:card:write"], invalid: "cardParameter" } as const;

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
  if (!/^[A-Za-z][A-Za-z0-9_]{0,19}$/u.test(id))
    throw call.invalid("element_id: 1 to 20 letters, digits, underscores; starts with a letter");
  return id;
}

function isHidden(call: Call, card: CardEntity, id: string): boolean {
  const addedAt = card.addedAt.get(id);
  return addedAt !== undefined && call.core.clock.now() - addedAt < call.core.settings.elementVisibleAfterMs;
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
    const before = slot.node["content"];
    const old = typeof before === "string" ? before : "";
    try {
      setText(
        card.tree,
        slot,
        text,
        cardRules(core, card.appId, false, chatOf(core, card)),
        core.settings.entityMaxBytes,
      );
    } catch (error) {
      throw error instanceof CardIssue ? toCardKitRefusal(error) : error;
    }
    const mode = text.startsWith(old) ? "type" : "replace";
    card.writes += 1;
    if (core.settings.keepHistory && card.history.length < MAX_HISTORY) {
      card.history.push({ at: core.clock.now(), elementId: id, text, mode });
    }
    announceText(core, card, id, mode, old, text);
    return ok({}, { warning: mode === "type" ? undefined : repaintWarning(old, text) });
  });
}

/** @see docs:cardkit-v1/card-element/content: of template cards only rich text can be streamed into */
function isTemplateText(core: Core, card: CardEntity, node: JsonObject): boolean {
  if (node["tag"] !== "plain_text") return false;
  const message = card.messageId === undefined ? undefined : core.store.messages.get(card.messageId);
  return card.fromTemplate || (message?.byCardId === false && message.content["type"] === "template");
}

function closed(card: CardEntity): Error {
  const warning =
    "text was written to a card that is not streaming: turn streaming_mode on first, or write the whole card";
  if (!card.timeoutUntold) return refuse("streamingClosed", { warning });
  card.timeoutUntold = false;
  return refuse("streamingTimeout", { warning: "ten minutes after it was last turned on, streaming mode ended" });
}

function repaintWarning(old: string, text: string): string {
  if (text.length < old.length / 2) {
    return `the text shrank from ${old.length} to ${text.length} characters: content takes the whole text so far, not the new piece`;
  }
  return "the new text does not start with the old one: it appears at once, without the typewriter effect";
}

/**
 * Changes a card's JSON with all the checks; what it refuses in general is answered with `generic`. With `addedAt`, elements
 * that are new count as added then.
 */
function change(
  call: Call,
  input: { readonly sequence: number; readonly uuid?: string | undefined },
  generic: CodeName,
  edit: (json: JsonObject, card: CardEntity) => void,
  addedAt?: number,
): Answer {
  return writeCard(call, input, (card) => {
    const tree = rebuild(call.core, card, generic, (json) => edit(json, card));
    applyTree(card, tree, addedAt);
    announceCard(call.core, card);
    return ok({});
  });
}

function add(call: Call): Answer {
  const input = call.input(addBody);
  if (input.type !== "append" && !input.target_element_id)
    throw call.invalid("target_element_id: needed to insert before or after");
  call.entry.written = input.elements.length;
  const { core } = call;
  const edit = (json: JsonObject, card: CardEntity): void => {
    isStreaming(core, card);
    if (card.addTimeoutUntold && core.settings.addElementAfterTimeout === "refuse") {
      card.addTimeoutUntold = false;
      throw refuse("addElementTimeout");
    }
    const elements = readPart(input.elements, "elements");
    if (!Array.isArray(elements) || elements.length === 0)
      throw refuse("addFailed", { warning: "elements is not a JSON array with something in it" });
    addElements(json, input, elements);
  };
  return change(call, input, "addFailed", edit, core.clock.now());
}

function replace(call: Call): Answer {
  const id = elementId(call);
  const input = call.input(replaceBody);
  call.entry.written = input.element.length;
  return change(call, input, "replaceFailed", (json) => {
    const element = readPart(input.element, "element");
    if (!isObject(element)) throw refuse("replaceFailed", { warning: "element is not a JSON object" });
    replaceElement(json, id, { element_id: id, ...element });
  });
}

function patch(call: Call): Answer {
  const id = elementId(call);
  const input = call.input(patchBody);
  call.entry.written = input.partial_element.length;
  return change(call, input, "elementMissing", (json, card) => {
    const partial = readPart(input.partial_element, "partial_element");
    if (!isObject(partial))
      throw refuse("elementMissing", { msg: "update element properties failed, partial_element is not a JSON object" });
    if (isHidden(call, card, id)) throw refuse("elementMissing", { msg: `not find elementID : ${id}` });
    patchElement(json, id, partial);
  });
}

function remove(call: Call): Answer {
  const id = elementId(call);
  return change(call, call.input(deleteBody), "deleteFailed", (json) => deleteElement(json, id));
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
