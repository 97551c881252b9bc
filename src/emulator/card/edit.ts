import { isObject } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { refuse } from "../api/refusal.ts";
import { CONTAINERS } from "./schema.ts";

/** Where a new element goes. @see docs:cardkit-v1/card-element/create */
export interface Placement {
  readonly type: "insert_before" | "insert_after" | "append";
  readonly target_element_id?: string | undefined;
}

interface Found {
  readonly node: JsonObject;
  /** The array it is in, when it is in one. */
  readonly list: unknown[] | undefined;
  /** The object and key it hangs on, when it is not. */
  readonly owner: JsonObject | undefined;
  readonly key: string;
}

/** Finds an element by id anywhere in a card. */
function find(card: JsonObject, elementId: string): Found | undefined {
  const visit = (
    value: unknown,
    list: unknown[] | undefined,
    owner: JsonObject | undefined,
    key: string,
  ): Found | undefined => {
    if (Array.isArray(value)) {
      for (const one of value) {
        const found = visit(one, value, undefined, "");
        if (found !== undefined) return found;
      }
      return undefined;
    }
    if (!isObject(value)) return undefined;
    if (value["element_id"] === elementId && typeof value["tag"] === "string") return { node: value, list, owner, key };
    for (const [name, one] of Object.entries(value)) {
      if (typeof one !== "object") continue;
      const found = visit(one, undefined, value, name);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return visit(card["header"], undefined, card, "header") ?? visit(card["body"], undefined, card, "body");
}

/** Copies properties; a `__proto__` in the JSON stays a property that the schema refuses, instead of becoming a prototype. */
function assign(target: JsonObject, source: JsonObject): void {
  for (const [key, value] of Object.entries(source)) {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  }
}

function bodyElements(card: JsonObject): unknown[] {
  if (!isObject(card["body"])) card["body"] = {};
  // The line above made it an object.
  const body = card["body"] as JsonObject;
  if (!Array.isArray(body["elements"])) body["elements"] = [];
  return body["elements"] as unknown[];
}

/** Adds elements to a card JSON in place. @throws Refusal 300315 */
export function addElements(card: JsonObject, placement: Placement, elements: readonly unknown[]): void {
  const target = placement.target_element_id;
  if (card["schema"] === undefined) card["schema"] = "2.0";
  if (placement.type === "append") {
    if (target === undefined || target === "") {
      bodyElements(card).push(...elements);
      return;
    }
    const found = find(card, target);
    const key = found === undefined ? undefined : CONTAINERS.get(String(found.node["tag"]));
    if (found === undefined || key === undefined) {
      throw refuse("addFailed", {
        msg: `add element failed, ${found === undefined ? "not find" : "not a container"} elementID : ${target}`,
      });
    }
    const list = found.node[key];
    if (Array.isArray(list)) list.push(...elements);
    else found.node[key] = [...elements];
    return;
  }
  const found = target === undefined ? undefined : find(card, target);
  if (found?.list === undefined)
    throw refuse("addFailed", { msg: `add element failed, not find elementID : ${target ?? ""}` });
  const at = found.list.indexOf(found.node);
  found.list.splice(placement.type === "insert_before" ? at : at + 1, 0, ...elements);
}

/** Puts another element in an element's place. @throws Refusal 300121 */
export function replaceElement(card: JsonObject, elementId: string, element: JsonObject): void {
  const found = find(card, elementId);
  if (found === undefined)
    throw refuse("replaceFailed", { msg: `replace element failed, not find elementID : ${elementId}` });
  if (found.list !== undefined) found.list[found.list.indexOf(found.node)] = element;
  else if (found.owner !== undefined) found.owner[found.key] = element;
}

/** Overwrites some properties of an element. @throws Refusal 300313, 300312 */
export function patchElement(card: JsonObject, elementId: string, partial: JsonObject): void {
  const found = find(card, elementId);
  if (found === undefined) throw refuse("elementMissing", { msg: `not find elementID : ${elementId}` });
  if (partial["tag"] !== undefined && partial["tag"] !== found.node["tag"]) throw refuse("tagChanged");
  assign(found.node, partial);
}

/** Takes elements away. @throws Refusal 300314 */
export function deleteElement(card: JsonObject, elementId: string): void {
  const found = find(card, elementId);
  if (found?.list === undefined)
    throw refuse("deleteFailed", { msg: `delete element failed, not find elementID : ${elementId}` });
  found.list.splice(found.list.indexOf(found.node), 1);
}

/**
 * Merges `settings` into a card JSON: `config` key by key (`streaming_config` and `summary` as well), `card_link` whole.
 * @see docs:cardkit-v1/card/settings
 */
export function mergeSettings(card: JsonObject, settings: JsonObject): void {
  const config = settings["config"];
  if (isObject(config)) {
    if (!isObject(card["config"])) card["config"] = {};
    // The line above made it an object.
    const current = card["config"] as JsonObject;
    const merged = Object.entries(config).map(([key, value]): [string, unknown] => {
      const old = current[key];
      return [key, isObject(old) && isObject(value) ? { ...old, ...value } : value];
    });
    assign(current, Object.fromEntries(merged));
    if (card["schema"] === undefined) card["schema"] = "2.0";
  }
  if (settings["card_link"] !== undefined) card["card_link"] = settings["card_link"];
}
