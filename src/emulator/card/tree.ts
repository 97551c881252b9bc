import { SUB_CODES } from "../codes.ts";
import { isObject, jsonBytes } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { CARD_COMPONENTS, CARD_TABLES, NESTING_LEVELS } from "../limits.ts";
import { CardIssue } from "./issue.ts";
import { countTables, mentionedIds, shownImages } from "./markdown.ts";
import { bodySchema, cardLinkSchema, cardSchema, configSchema, headerSchema } from "./schema-top.ts";
import { CONTAINERS, ICON_TAGS, PANEL_TITLE_TAGS, TAG_SCHEMAS, TEXT_TAGS } from "./schema.ts";
import type { z } from "zod";

/** What a card is checked against beside its schema. */
export interface CardRules {
  readonly maxTables: number;
  readonly maxTablesPerElement: number;
  /** Is this someone who can be mentioned? Left out: mentions are not checked. */
  readonly knownMention?: ((id: string) => boolean) | undefined;
  /** Was this image uploaded? Left out: images are not checked. */
  readonly knownImage?: ((key: string) => boolean) | undefined;
}

/** A named element and where it hangs. */
export interface Slot {
  readonly node: JsonObject;
  /** The array that holds it; none for text objects, which hang on a property. */
  readonly list: unknown[] | undefined;
  tables: number;
  /** Bytes of `content` as JSON, once it was written; measured when needed before that. */
  contentBytes: number | undefined;
}

/** A card JSON that passed all checks, with its elements by id. */
export interface CardTree {
  readonly json: JsonObject;
  readonly slots: Map<string, Slot>;
  readonly components: number;
  tables: number;
  /** UTF-8 bytes of the card as compact JSON; kept up to date by {@link setText}. */
  bytes: number;
}

/** Words of the refusal of a mention. */
export const MENTION_PROBLEM = "There is an invalid user resource(at/person) in your card";

/** Does any text of the card mention everybody? */
export function mentionsAll(card: JsonObject): boolean {
  return /<at\s+id\s*=\s*(?:\\?["'])?all\b/u.test(JSON.stringify(card));
}

interface Walk {
  readonly rules: CardRules;
  readonly slots: Map<string, Slot>;
  components: number;
  tables: number;
  tableComponents: number;
  audios: number;
}

/** Text-carrying tags that PUT content accepts. @see docs:cardkit-v1/card-element/content */
export function isTextTag(tag: unknown): boolean {
  return tag === "markdown" || tag === "plain_text";
}

function check(
  schema: z.ZodType,
  value: unknown,
  path: string,
  fallback: "cardContent" | "cardEmpty" = "cardContent",
): void {
  const result = schema.safeParse(value);
  if (result.success) return;
  const first = result.error.issues[0];
  const where = [
    path,
    ...(first?.path.map((part) => (typeof part === "number" ? `[${part}]` : String(part))) ?? []),
  ].join(" -> ");
  const unknown = first?.code === "unrecognized_keys" ? first.keys[0] : undefined;
  const text =
    unknown === undefined
      ? `invalid value, ${first?.message ?? "does not match"}`
      : `unknown property, property: ${unknown}`;
  throw new CardIssue(fallback, SUB_CODES.parse, text, { path: where, value: unknown });
}

/**
 * Checks a card and indexes its elements. The JSON is kept, not copied.
 * @throws CardIssue naming the first thing wrong, with its path.
 */
export function readCard(json: unknown, rules: CardRules): CardTree {
  if (json === null || json === undefined) throw new CardIssue("cardEmpty", SUB_CODES.parse, "card dsl is empty");
  if (!isObject(json)) throw new CardIssue("cardContent", SUB_CODES.parse, "card json is not an object");
  const walk: Walk = { rules, slots: new Map(), components: 0, tables: 0, tableComponents: 0, audios: 0 };
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
  if (walk.components > CARD_COMPONENTS)
    throw new CardIssue("tooManyElements", SUB_CODES.catchAll, "element exceeds the limit");
  checkTables(walk.tables, walk.tableComponents - CARD_TABLES, rules);
  if (walk.audios > 0 && !(isObject(json["config"]) && json["config"]["enable_forward"] === false))
    throw new CardIssue(
      undefined,
      SUB_CODES.audioForward,
      "card with audio can not be forwarded, enable_forward must be false",
    );
  return { json, slots: walk.slots, components: walk.components, tables: walk.tables, bytes: jsonBytes(json) };
}

/** @throws CardIssue 300302 when `update_multi` is false, else the first field that is wrong. */
function readConfig(config: unknown, path: string): void {
  if (config === undefined) return;
  check(configSchema, config, path);
  if (isObject(config) && config["update_multi"] === false) {
    throw new CardIssue("updateMultiFalse", 300302, "update_multi is false", { path });
  }
}

/** `excess`: `table` components above their own limit. */
function checkTables(tables: number, excess: number, rules: CardRules): void {
  if (tables <= rules.maxTables && excess <= 0) return;
  throw new CardIssue(undefined, SUB_CODES.catchAll, "card table number over limit", { value: "table" });
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

function checkMarkdown(text: string, rules: CardRules, path: string | undefined): number {
  const { knownMention, knownImage } = rules;
  const bad = knownMention === undefined ? undefined : mentionedIds(text).find((id) => !knownMention(id));
  if (bad !== undefined) throw new CardIssue(undefined, SUB_CODES.mention, MENTION_PROBLEM, { value: bad, path });
  const image = knownImage === undefined ? undefined : shownImages(text).find((key) => !knownImage(key));
  if (image !== undefined) throw invalidImage(image, path);
  const tables = countTables(text);
  if (tables > rules.maxTablesPerElement) checkTables(Infinity, 1, rules);
  return tables;
}

function invalidImage(key: string, path: string | undefined): CardIssue {
  return new CardIssue(undefined, SUB_CODES.imageKey, "card contains invalid image keys", {
    value: `image key ${key}`,
    path,
  });
}

function walkHeader(header: unknown, walk: Walk): void {
  const path = "ROOT -> header";
  check(headerSchema, header, path);
  if (!isObject(header)) return;
  walkProperty(header["title"], `${path} -> title`, walk, TEXT_TAGS);
  walkProperty(header["subtitle"], `${path} -> subtitle`, walk, TEXT_TAGS);
  walkProperty(header["icon"], `${path} -> icon`, walk, ICON_TAGS);
  const tags = header["text_tag_list"];
  if (!Array.isArray(tags)) return;
  for (const [i, tag] of tags.entries()) {
    if (!isObject(tag)) continue;
    addSlot(tag, tags, 0, `${path} -> text_tag_list -> [${i}]`, walk);
    walkProperty(tag["text"], `${path} -> text_tag_list -> [${i}] -> text`, walk, TEXT_TAGS);
  }
}

function addSlot(node: JsonObject, list: unknown[] | undefined, tables: number, path: string, walk: Walk): void {
  const id = node["element_id"];
  if (typeof id !== "string") return;
  if (walk.slots.has(id))
    throw new CardIssue("elementIdDuplicate", 300301, "element id is duplicate", { value: id, path });
  walk.slots.set(id, { node, list, tables, contentBytes: undefined });
}

/** Objects on properties: text, icons, a panel's markdown title. `tags`: what may stand there. */
function walkProperty(value: unknown, path: string, walk: Walk, tags: ReadonlySet<string>): void {
  if (value === undefined || value === null) return;
  const tag = isObject(value) ? value["tag"] : undefined;
  if (!isObject(value) || typeof tag !== "string")
    throw new CardIssue("cardContent", SUB_CODES.parse, "invalid value, expected an object with a tag", { path });
  if (TAG_SCHEMAS.has(tag) && !tags.has(tag))
    throw new CardIssue("cardContent", SUB_CODES.parse, `invalid tag, expected ${[...tags].join(" or ")}`, {
      path,
      value: tag,
    });
  if (tag === "markdown") {
    walkElement(value, undefined, path, walk, 0);
    return;
  }
  const schema = TAG_SCHEMAS.get(tag);
  const full = `${path}(tag: ${tag})`;
  if (schema === undefined) throw unsupported(tag, full);
  check(schema, value, full);
  checkImageKey(value, full, walk);
  if (!TEXT_TAGS.has(tag)) return;
  if (tag === "plain_text") walk.components += 1;
  const content = value["content"];
  const tables = tag === "lark_md" && typeof content === "string" ? checkMarkdown(content, walk.rules, full) : 0;
  walk.tables += tables;
  addSlot(value, undefined, tables, full, walk);
}

function unsupported(tag: string, path: string): CardIssue {
  const text = "cards of schema V2 no longer support this capability";
  return new CardIssue(undefined, SUB_CODES.tag, text, { value: `unsupported tag ${tag}`, path });
}

function walkList(list: unknown[], path: string, walk: Walk, depth: number): void {
  for (const [i, element] of list.entries()) walkElement(element, list, `${path} -> [${i}]`, walk, depth);
}

function checkImageKey(node: JsonObject, path: string, walk: Walk): void {
  const key = node["img_key"];
  if (typeof key === "string" && walk.rules.knownImage?.(key) === false) throw invalidImage(key, path);
}

const TEXTS = ["text", "alt", "title", "hover_tips", "disabled_tips", "placeholder", "label"] as const;

function walkElement(element: unknown, list: unknown[] | undefined, at: string, walk: Walk, depth: number): void {
  if (!isObject(element) || typeof element["tag"] !== "string") {
    throw new CardIssue("cardContent", SUB_CODES.parse, "element has no tag", { path: at });
  }
  const tag = element["tag"];
  const path = `${at}(tag: ${tag})`;
  const schema = TAG_SCHEMAS.get(tag);
  if (schema === undefined || (list !== undefined && TEXT_TAGS.has(tag)) || tag.endsWith("_icon"))
    throw unsupported(tag, path);
  if (tag === "table") checkRows(element["rows"], path);
  check(schema, element, path);
  walk.components += 1;
  if (tag === "table" || tag === "form") {
    // Both live at the root only; a form may not sit in a panel either (web:table, web:collapsible-panel).
    if (depth > 0) throw new CardIssue("cardContent", SUB_CODES.parse, `${tag} is only allowed at the root`, { path });
  }
  if (tag === "table") checkTable(element, path, walk);
  const content = element["content"];
  const tables = tag === "markdown" && typeof content === "string" ? checkMarkdown(content, walk.rules, path) : 0;
  walk.tables += tables;
  if (tag === "img") checkImageKey(element, path, walk);
  if (tag === "audio") walk.audios += 1;
  addSlot(element, list, tables, path, walk);
  for (const name of TEXTS) walkProperty(element[name], `${path} -> ${name}`, walk, TEXT_TAGS);
  walkProperty(element["icon"], `${path} -> icon`, walk, ICON_TAGS);
  if (tag === "collapsible_panel" && isObject(element["header"])) {
    walkProperty(element["header"]["title"], `${path} -> header -> title`, walk, PANEL_TITLE_TAGS);
    walkProperty(element["header"]["icon"], `${path} -> header -> icon`, walk, ICON_TAGS);
  }
  if (isObject(element["confirm"])) {
    walkProperty(element["confirm"]["title"], `${path} -> confirm -> title`, walk, TEXT_TAGS);
    walkProperty(element["confirm"]["text"], `${path} -> confirm -> text`, walk, TEXT_TAGS);
  }
  const key = CONTAINERS.get(tag);
  const inside = key === undefined ? undefined : element[key];
  if (!Array.isArray(inside)) return;
  if (depth >= NESTING_LEVELS) throw new CardIssue("cardContent", SUB_CODES.parse, "too many nesting levels", { path });
  walkList(inside, `${path} -> ${key}`, walk, depth + 1);
}

function checkRows(rows: unknown, path: string): void {
  if (rows === undefined || (Array.isArray(rows) && rows.every(isObject))) return;
  throw new CardIssue(undefined, SUB_CODES.tableRows, "table rows is invalid", { path });
}

function checkTable(element: JsonObject, path: string, walk: Walk): void {
  walk.tableComponents += 1;
  const columns = element["columns"];
  const names = new Set(
    Array.isArray(columns) ? columns.map((column) => (isObject(column) ? column["name"] : undefined)) : [],
  );
  const rows = element["rows"];
  if (!Array.isArray(rows)) return;
  for (const row of rows) {
    const bad = isObject(row) ? Object.keys(row).find((name) => !names.has(name)) : undefined;
    if (bad !== undefined)
      throw new CardIssue(undefined, SUB_CODES.tableRowName, "table row name is not a column", { value: bad, path });
  }
}
