import { z } from "zod";
import { ok } from "../api/answer.ts";
import type { Answer } from "../api/answer.ts";
import type { Call, Route } from "../api/call.ts";
import { applyTree, rebuild } from "../card/apply.ts";
import { addElements, deleteElement, mergeSettings, patchElement, replaceElement } from "../card/edit.ts";
import { addEntity, isStreaming, readEntity, readPart, setStreaming } from "../card/entity.ts";
import { CardIssue, toWholeCardRefusal } from "../card/issue.ts";
import { wantsStreaming } from "../card/print.ts";
import { sizeWarning } from "../card/size.ts";
import { fillTemplate } from "../card/template.ts";
import type { CardTree } from "../card/tree.ts";
import { writeCard } from "../card/write.ts";
import { isObject, parseJson } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { CREATE_DATA_CHARS, DATA_CHARS, SETTINGS_CHARS } from "../limits.ts";
import { refuse } from "../api/refusal.ts";
import { announceCard } from "../views/make-views.ts";
import { writeFields } from "./write-fields.ts";

const SCOPES = ["cardkit:card:write"];
const base = { auth: "tenant", scopes: SCOPES, invalid: "fieldValidation" } as const;

const createBody = z.object({
  type: z.enum(["card_json", "template"]),
  data: z.string().min(1).max(CREATE_DATA_CHARS),
});
const updateBody = z.object({
  card: z.object({ type: z.literal("card_json"), data: z.string().min(1).max(DATA_CHARS) }),
  ...writeFields,
});
const settingsBody = z.object({ settings: z.string().min(1).max(SETTINGS_CHARS), ...writeFields });
const placement = z.object({
  type: z.enum(["insert_before", "insert_after", "append"]),
  target_element_id: z.string().optional(),
  elements: z.array(z.unknown()).min(1),
});
const action = z.discriminatedUnion("action", [
  z.object({
    action: z.literal("partial_update_setting"),
    params: z.object({ settings: z.record(z.string(), z.unknown()) }),
  }),
  z.object({ action: z.literal("add_elements"), params: placement }),
  z.object({ action: z.literal("delete_elements"), params: z.object({ element_ids: z.array(z.string()).min(1) }) }),
  z.object({
    action: z.literal("partial_update_element"),
    params: z.object({ element_id: z.string(), partial_element: z.record(z.string(), z.unknown()) }),
  }),
  z.object({
    action: z.literal("update_element"),
    params: z.object({ element_id: z.string(), element: z.record(z.string(), z.unknown()) }),
  }),
]);
const actionsBody = z.object({ actions: z.string().min(1).max(DATA_CHARS), ...writeFields });
const convertBody = z.object({ message_id: z.string().min(1) });

function readWhole(call: Call, data: string, type: "card_json" | "template"): CardTree {
  const { core } = call;
  const parsed = parseJson(data);
  if (parsed === undefined) throw refuse("cardContent", { warning: "data is not JSON" });
  try {
    const json = type === "template" ? fillTemplate(core, call.app.appId, parsed.value) : parsed.value;
    const tree = readEntity(core, call.app.appId, json);
    if (tree.bytes > core.world.cardBytes)
      throw refuse("cardTooLarge", { warning: `${tree.bytes} bytes of card JSON` });
    if (
      core.world.updateMultiRequired &&
      (!isObject(tree.json["config"]) || tree.json["config"]["update_multi"] !== true)
    ) {
      throw refuse("updateMultiFalse");
    }
    return tree;
  } catch (error) {
    throw error instanceof CardIssue ? toWholeCardRefusal(error, core.world) : error;
  }
}

function create(call: Call): Answer {
  const { type, data } = call.input(createBody);
  const card = addEntity(call.core, call.app.appId, readWhole(call, data, type));
  card.fromTemplate = type === "template";
  call.entry.cardId = card.cardId;
  call.entry.written = data.length;
  return ok({ card_id: card.cardId }, { warning: sizeWarning(card.tree) });
}

function update(call: Call): Answer {
  const input = call.input(updateBody);
  call.entry.written = input.card.data.length;
  return writeCard(call, input, (card) => {
    const tree = readWhole(call, input.card.data, "card_json");
    const before = isStreaming(call.core, card);
    const config = tree.json["config"];
    const says = isObject(config) ? config["streaming_mode"] : undefined;
    // Leaving streaming_mode out means its default, false; a setting keeps the old state instead.
    if (says === undefined && before && !call.core.world.fullUpdateEndsStreaming) {
      tree.json["config"] = { ...(isObject(config) ? config : {}), streaming_mode: true };
    }
    applyTree(card, tree);
    card.fromTemplate = false;
    const on = wantsStreaming(tree.json);
    if (on !== before || !on) setStreaming(call.core, card, on);
    announceCard(call.core, card);
    const warning =
      before && !on
        ? "the full update ended streaming: its config does not say streaming_mode true"
        : sizeWarning(tree);
    return ok({}, { warning });
  });
}

/** Applies `{config?, card_link?}` to a card JSON and says whether streaming mode was named. */
function streamingWish(settings: JsonObject): boolean | undefined {
  const config = settings["config"];
  const wish = isObject(config) ? config["streaming_mode"] : undefined;
  return typeof wish === "boolean" ? wish : undefined;
}

function settingsCall(call: Call): Answer {
  const input = call.input(settingsBody);
  return writeCard(call, input, (card) => {
    const settings = readPart(input.settings, "settings");
    if (!isObject(settings)) throw refuse("configFailed", { warning: "settings is not a JSON object" });
    const unwrapped =
      settings["config"] === undefined && settings["card_link"] === undefined && Object.keys(settings).length > 0;
    const tree = rebuild(call.core, card, { generic: "configFailed" }, (json) => mergeSettings(json, settings));
    applyTree(card, tree);
    const wish = streamingWish(settings);
    if (wish !== undefined) setStreaming(call.core, card, wish);
    announceCard(call.core, card);
    const warning = unwrapped ? 'settings without "config" around them: nothing was changed' : undefined;
    return ok({}, { warning });
  });
}

function batchUpdate(call: Call): Answer {
  const input = call.input(actionsBody);
  const json = parseJson(input.actions);
  const parsed = z
    .array(action)
    .min(1)
    .safeParse(json?.value ?? []);
  if (json !== undefined && !parsed.success)
    throw refuse("cardParameter", {
      warning: `actions: ${parsed.error.issues[0]?.message ?? "not a list of actions"}`,
    });
  call.entry.written = input.actions.length;
  return writeCard(call, input, (card) => {
    if (!parsed.success) throw refuse("cardContent", { warning: "actions is not JSON" });
    let wish: boolean | undefined;
    // All or nothing: the actions work on a copy, which takes the card's place when every one of them went well.
    const uncounted = parsed.data.every((one) => one.action === "partial_update_element");
    const tree = rebuild(call.core, card, { uncounted }, (json) => {
      for (const one of parsed.data) {
        if (one.action === "partial_update_setting") {
          mergeSettings(json, one.params.settings);
          wish = streamingWish(one.params.settings) ?? wish;
        } else if (one.action === "add_elements") addElements(json, one.params, one.params.elements);
        else if (one.action === "delete_elements") for (const id of one.params.element_ids) deleteElement(json, id);
        else if (one.action === "partial_update_element")
          patchElement(json, one.params.element_id, one.params.partial_element);
        else replaceElement(json, one.params.element_id, { element_id: one.params.element_id, ...one.params.element });
      }
    });
    applyTree(card, tree, call.core.clock.now());
    if (wish !== undefined) setStreaming(call.core, card, wish);
    announceCard(call.core, card);
    return ok({});
  });
}

function convert(call: Call): Answer {
  const { message_id: messageId } = call.input(convertBody);
  call.entry.messageId = messageId;
  const { core } = call;
  const message = core.store.messages.get(messageId);
  if (message === undefined) throw refuse("messageIdUnknown");
  if (message.recalled) throw refuse("recalled");
  const card = core.store.cards.get(message.cardId ?? "");
  if (card === undefined) throw refuse("cardUnknown", { warning: "this message is not a card of version 2.0" });
  if (card.appId !== call.app.appId) throw refuse("cardOfOtherApp");
  if (core.clock.now() - message.sentAt < core.world.convertibleAfterMs)
    throw refuse("cardUnknown", { warning: "the message is too young: its card can not be converted yet" });
  call.entry.cardId = card.cardId;
  if (!card.converted && !message.byCardId && wantsStreaming(card.tree.json)) {
    // Only now is there an entity that could stream.
    setStreaming(core, card, true);
    announceCard(core, card);
  }
  card.converted = true;
  return ok({ card_id: card.cardId });
}

const CARD = "/open-apis/cardkit/v1/cards/:card_id";

/** @see docs:cardkit-v1/card/{create,update,settings,batch_update}; id_convert: sdk types */
export const cardRoutes: readonly Route[] = [
  { ...base, operation: "card.create", method: "POST", path: "/open-apis/cardkit/v1/cards", run: create },
  {
    ...base,
    // Documented as deprecated, with the scope for reading.
    scopes: ["cardkit:card:read"],
    operation: "card.id_convert",
    method: "POST",
    path: "/open-apis/cardkit/v1/cards/id_convert",
    run: convert,
  },
  { ...base, operation: "card.update", method: "PUT", path: CARD, run: update },
  { ...base, operation: "card.settings", method: "PATCH", path: `${CARD}/settings`, run: settingsCall },
  { ...base, operation: "card.batch_update", method: "POST", path: `${CARD}/batch_update`, run: batchUpdate },
];
