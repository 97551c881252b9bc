import { isObject } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { CONTAINERS } from "./schema.ts";

/** One piece of text a reader sees in a card. */
export interface VisiblePart {
  /** The element's id, when it has one. */
  readonly elementId: string | undefined;
  readonly tag: string;
  readonly text: string;
}

function textOf(value: unknown): string {
  return isObject(value) && typeof value["content"] === "string" ? value["content"] : "";
}

function idOf(node: JsonObject): string | undefined {
  return typeof node["element_id"] === "string" ? node["element_id"] : undefined;
}

function* walk(list: unknown): Generator<VisiblePart> {
  if (!Array.isArray(list)) return;
  for (const node of list) {
    if (!isObject(node)) continue;
    const tag = String(node["tag"]);
    if (tag === "markdown") yield { elementId: idOf(node), tag, text: textOf(node) };
    if (tag === "div") yield { elementId: idOf(node), tag, text: textOf(node["text"]) };
    if (tag === "plain_text" || tag === "lark_md") yield { elementId: idOf(node), tag, text: textOf(node) };
    if (tag === "table" && Array.isArray(node["rows"])) {
      const text = node["rows"]
        .map((row) => (isObject(row) ? Object.values(row).map(String).join(" | ") : ""))
        .join("\n");
      yield { elementId: idOf(node), tag, text };
    }
    const key = CONTAINERS.get(tag);
    // Cards of version 1.0 use other containers; their texts are found under the same property names.
    yield* walk(key === undefined ? (node["elements"] ?? node["columns"]) : node[key]);
  }
}

/** The texts of a card's body in reading order; button labels and panel titles are left out. */
export function visibleParts(card: JsonObject): VisiblePart[] {
  const body = isObject(card["body"]) ? card["body"]["elements"] : card["elements"];
  return [...walk(body)];
}

/** The header's title, empty when there is none. */
export function visibleTitle(card: JsonObject): string {
  return isObject(card["header"]) ? textOf(card["header"]["title"]) : "";
}

/** Labels of buttons and titles of panels, in reading order. */
export function visibleLabels(card: JsonObject): string[] {
  const labels: string[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const one of value) visit(one);
    } else if (isObject(value)) {
      if (value["tag"] === "button") labels.push(textOf(value["text"]));
      if (value["tag"] === "collapsible_panel" && isObject(value["header"]))
        labels.push(textOf(value["header"]["title"]));
      for (const key of ["body", "elements", "columns", "actions"]) visit(value[key]);
    }
  };
  visit(card);
  return labels;
}

/**
 * The card as get and list return it without `card_msg_content_type`: a title and lines of plain text, no structure.
 * @see docs:im-v1/message/get-message
 */
export function simplifiedCard(card: JsonObject): JsonObject {
  const title = visibleTitle(card);
  const elements = visibleParts(card).map((part) => [{ tag: "text", text: part.text }]);
  const buttons = visibleLabels(card).map((text) => [{ tag: "button", text, type: "default" }]);
  return { ...(title === "" ? {} : { title }), elements: [...elements, ...buttons] };
}
