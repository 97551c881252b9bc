import { SUB_CODES } from "../api/codes.ts";
import { isObject, jsonBytes } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { CARD_TABLES } from "../limits.ts";
import { check, checkMarkdown, checkTables } from "./checks.ts";
import type { CardRules } from "./checks.ts";
import { CardIssue } from "./issue.ts";
import { bodySchema, cardLinkSchema, cardSchema, configSchema } from "./schema-top.ts";
import { walkHeader, walkList } from "./walk.ts";
import type { Slot, Walk } from "./walk.ts";

/** A card JSON that passed all checks, with its elements by id. */
export interface CardTree {
  readonly json: JsonObject;
  readonly slots: Map<string, Slot>;
  readonly components: number;
  tables: number;
  /** UTF-8 bytes of the card as compact JSON; kept up to date by {@link setText}. */
  bytes: number;
}

/** Text-carrying tags that PUT content accepts. @see docs:cardkit-v1/card-element/content */
export function isTextTag(tag: unknown): boolean {
  return tag === "markdown" || tag === "plain_text";
}

/**
 * Checks a card and indexes its elements. The JSON is kept, not copied.
 * @throws CardIssue naming the first thing wrong, with its path.
 */
export function readCard(json: unknown, rules: CardRules): CardTree {
  if (json === null || json === undefined) throw new CardIssue("cardEmpty", SUB_CODES.parse, "card dsl is empty");
  if (!isObject(json)) throw new CardIssue("cardContent", SUB_CODES.parse, "card json is not an object");
  const walk: Walk = { rules, slots: new Map(), tables: 0, tableComponents: 0, audios: 0 };
  // An empty object is a blank card (web:card-json-v2-structure), the one case that needs no schema version.
  if (Object.keys(json).length > 0) {
    if (json["schema"] !== "2.0") {
      // The text seen for version 1.0 JSON on create is "body is nil" (200610); with a body only the version is wrong.
      const name = json["body"] === undefined ? "bodyIsNil" : "onlySchema2";
      throw new CardIssue(name, SUB_CODES.parse, name === "bodyIsNil" ? "body is nil" : "only support schema 2.0");
    }
    check(cardSchema, json, "ROOT");
    readConfig(json["config"], "ROOT -> config");
    if (json["card_link"] !== undefined) check(cardLinkSchema, json["card_link"], "ROOT -> card_link");
    if (json["header"] !== undefined) walkHeader(json["header"], walk);
    if (json["body"] !== undefined) {
      check(bodySchema, json["body"], "ROOT -> body");
      const elements = isObject(json["body"]) ? json["body"]["elements"] : undefined;
      if (Array.isArray(elements)) walkList(elements, "ROOT -> body -> elements", walk, 0);
    }
  }
  const components = countTagged(json["header"]) + countTagged(json["body"]);
  if (components > rules.maxComponents)
    throw new CardIssue("tooManyElements", SUB_CODES.catchAll, "element exceeds the limit");
  checkTables(walk.tables, walk.tableComponents - CARD_TABLES, rules);
  if (walk.audios > 0 && !(isObject(json["config"]) && json["config"]["enable_forward"] === false))
    throw new CardIssue(
      undefined,
      SUB_CODES.audioForward,
      "card with audio can not be forwarded, enable_forward must be false",
    );
  return { json, slots: walk.slots, components, tables: walk.tables, bytes: jsonBytes(json) };
}

/** Where data of the app stands, not of the card: a `tag` in it is no component. */
const DATA = new Set(["value", "rows", "chart_spec", "behaviors"]);

/** Every object with a `tag`: components, and the texts and icons on their properties. @see web:card-json-v2-structure (300305) */
function countTagged(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + countTagged(one), 0);
  if (!isObject(value)) return 0;
  let count = typeof value["tag"] === "string" ? 1 : 0;
  for (const [key, one] of Object.entries(value)) if (!DATA.has(key)) count += countTagged(one);
  return count;
}

/** @throws CardIssue 300302 when `update_multi` is false, else the first field that is wrong. */
function readConfig(config: unknown, path: string): void {
  if (config === undefined) return;
  check(configSchema, config, path);
  if (isObject(config) && config["update_multi"] === false) {
    throw new CardIssue("updateMultiFalse", 300302, "update_multi is false", { path });
  }
}

/**
 * Replaces the text of one element, keeping the tree's counts right.
 * @throws CardIssue for tables, mentions, images and a card over `maxBytes`; the tree is then unchanged.
 */
export function setText(tree: CardTree, slot: Slot, text: string, rules: CardRules, maxBytes: number): void {
  const markdown = slot.node["tag"] === "markdown";
  const tables = markdown ? checkMarkdown(text, rules, undefined) : 0;
  const total = tree.tables - slot.tables + tables;
  checkTables(total, 0, rules);
  const old = slot.node["content"];
  const oldBytes = slot.contentBytes ?? (typeof old === "string" ? jsonBytes(old) : -'"content":,'.length);
  const newBytes = jsonBytes(text);
  const bytes = tree.bytes + newBytes - oldBytes;
  if (bytes > maxBytes) throw new CardIssue("cardTooLarge", SUB_CODES.catchAll, "card is too large");
  tree.bytes = bytes;
  slot.node["content"] = text;
  slot.contentBytes = newBytes;
  slot.tables = tables;
  tree.tables = total;
}
