import { SUB_CODES } from "../api/codes.ts";
import { isObject } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { NESTING_LEVELS } from "../limits.ts";
import { check, checkMarkdown, invalidImage } from "./checks.ts";
import type { CardRules } from "./checks.ts";
import { CardIssue } from "./issue.ts";
import { headerSchema } from "./schema-top.ts";
import { CONTAINERS, ICON_TAGS, PANEL_TITLE_TAGS, TAG_SCHEMAS, TEXT_TAGS } from "./schema.ts";

/** A named element and where it hangs. */
export interface Slot {
  readonly node: JsonObject;
  /** The array that holds it; none for text objects, which hang on a property. */
  readonly list: unknown[] | undefined;
  tables: number;
  /** Bytes of `content` as JSON, once it was written; measured when needed before that. */
  contentBytes: number | undefined;
}

/** What a walk over a card has seen so far. */
export interface Walk {
  readonly rules: CardRules;
  readonly slots: Map<string, Slot>;
  tables: number;
  tableComponents: number;
  audios: number;
}

/** Checks the header and what hangs on it. @throws CardIssue */
export function walkHeader(header: unknown, walk: Walk): void {
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
  if (!walk.rules.isId(id)) throw new CardIssue("elementId", 300301, "Code 1002: Invalid ID", { value: id, path });
  if (walk.slots.has(id)) throw new CardIssue("elementId", 300301, "Code 1001: Duplicate ID", { value: id, path });
  walk.slots.set(id, { node, list, tables, contentBytes: undefined });
}

/** Objects on properties: text, icons, a panel's markdown title. `tags`: what may stand there. */
function walkProperty(value: unknown, path: string, walk: Walk, tags: ReadonlySet<string>): void {
  if (value === undefined || value === null) return;
  // The documents show tips that are {}: none.
  if (isObject(value) && Object.keys(value).length === 0 && path.endsWith("_tips")) return;
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
  if (!TEXT_TAGS.has(tag)) return;
  const content = value["content"];
  const tables = tag === "lark_md" && typeof content === "string" ? checkMarkdown(content, walk.rules, full) : 0;
  walk.tables += tables;
  addSlot(value, undefined, tables, full, walk);
}

function unsupported(tag: string, path: string): CardIssue {
  const text = "cards of schema V2 no longer support this capability";
  return new CardIssue(undefined, SUB_CODES.tag, text, { value: `unsupported tag ${tag}`, path });
}

/** Checks components and all that is inside them. @throws CardIssue */
export function walkList(list: unknown[], path: string, walk: Walk, depth: number): void {
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
  if (tag === "table" || tag === "form") {
    // Both live at the root only; a form may not sit in a panel either (web:table, web:collapsible-panel).
    if (depth > 0) throw new CardIssue("cardContent", SUB_CODES.parse, `${tag} is only allowed at the root`, { path });
  }
  if (tag === "table") checkTable(element, path, walk);
  if (tag === "form" && (typeof element["name"] !== "string" || element["name"] === ""))
    throw new CardIssue(undefined, SUB_CODES.catchAll, "form's name is required", { path });
  const content = element["content"];
  const tables = tag === "markdown" && typeof content === "string" ? checkMarkdown(content, walk.rules, path) : 0;
  walk.tables += tables;
  if (tag === "img") checkImageKey(element, path, walk);
  if (tag === "audio") walk.audios += 1;
  addSlot(element, list, tables, path, walk);
  for (const name of TEXTS) walkProperty(element[name], `${path} -> ${name}`, walk, TEXT_TAGS);
  for (const [i, field] of (Array.isArray(element["fields"]) ? element["fields"] : []).entries()) {
    if (isObject(field)) walkProperty(field["text"], `${path} -> fields -> [${i}] -> text`, walk, TEXT_TAGS);
  }
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
