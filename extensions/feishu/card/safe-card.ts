import { FeishuInputError } from "../client/index.ts";
import { inertText, isWebAddress, toCardMarkdown } from "../dialect/index.ts";
import { writtenElement } from "./parts.ts";
import type { CardJson } from "./layout.ts";

/** Key under which a control of a presentation says what a press on it orders: nobody else's card may say so. */
export const PRESS_KEY = "openclaw";

/** Feishu takes five levels of containers; each is a few of JSON. */
const DEPTH_MAX = 40;
/** Feishu's own address for "this control leads nowhere on such a device". */
const LEADS_NOWHERE = "lark://msgcard/unsupported_action";
const ADDRESS_KEYS = new Set(["url", "default_url", "pc_url", "ios_url", "android_url", "href"]);
/** Columns of a table whose cells Feishu reads as more than text. */
const MARKDOWN_COLUMNS = new Set(["markdown", "lark_md"]);

/**
 * A card that a model or a program wrote, with everything taken out of it that would act unasked: mentions, people, pictures by address,
 * links to anything but the web, and orders that no label shows. What people read stays.
 * @throws FeishuInputError when it is nested more deeply than any card
 */
export function toSafeCard(card: CardJson): CardJson {
  return record(card, 0);
}

type Json = Readonly<Record<string, unknown>>;
const isRecord = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const own = (json: Json, key: string): unknown => (Object.hasOwn(json, key) ? json[key] : undefined);

function record(json: Json, depth: number): Json {
  if (depth > DEPTH_MAX) throw new FeishuInputError("cardkit.card.create", "card", "malformed", "is nested too deeply");
  const tag = own(json, "tag");
  if (tag === "at" || tag === "person" || tag === "person_list") return namesOf(json);
  const columns = tag === "table" ? columnTypes(json) : undefined;
  const entries = Object.entries(json).flatMap(([key, value]): [string, unknown][] => {
    if (ADDRESS_KEYS.has(key) && typeof value === "string")
      return value === LEADS_NOWHERE || isWebAddress(value) ? [[key, value]] : [];
    if (key === "content" || key === "i18n_content") return [[key, words(tag, value)]];
    if (key === "behaviors" && Array.isArray(value))
      return [[key, value.filter(leadsSomewhere).map((one) => any(one, depth))]];
    if (key === "value") return [[key, withoutOrder(value)]];
    if (key === "rows" && columns !== undefined && Array.isArray(value))
      return [[key, value.map((row) => (isRecord(row) ? cells(row, columns) : row))]];
    if (key === "data_type" && value === "persons") return [[key, "text"]];
    return [[key, any(value, depth)]];
  });
  return Object.fromEntries(entries);
}

function any(value: unknown, depth: number): unknown {
  if (Array.isArray(value)) {
    if (depth > DEPTH_MAX) return [];
    return value.map((one) => any(one, depth + 1));
  }
  return isRecord(value) ? record(value, depth + 1) : value;
}

/** The words of an element, in one language or in several. */
function words(tag: unknown, value: unknown): unknown {
  if (typeof value === "string") return tag === "markdown" || tag === "lark_md" ? markdown(value) : inertText(value);
  if (!isRecord(value)) return undefined;
  return Object.fromEntries(Object.entries(value).map(([language, one]) => [language, words(tag, one)]));
}

/** Pictures that were uploaded stay; whoever wrote the card chose them. */
const markdown = (text: string): string =>
  toCardMarkdown(text, { imageKey: (target) => (/^img_[\w-]+$/u.test(target) ? target : undefined) });

/** Feishu may tell people that they are named, and refuses the card for an id that it does not know. */
function namesOf(json: Json): Json {
  const ids = [own(json, "user_id"), own(json, "id"), ...listOf(own(json, "persons")).map((one) => own(one, "id"))];
  const named = ids.filter((id) => typeof id === "string").map((id) => inertText(`@${id}`));
  return writtenElement(markdown(named.join(" ") || "@"));
}

const listOf = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isRecord) : []);

/** A control that would open an address that is none of the web's opens nothing. */
function leadsSomewhere(behavior: unknown): boolean {
  if (!isRecord(behavior) || own(behavior, "type") !== "open_url") return true;
  return [...ADDRESS_KEYS].some((key) => {
    const address = own(behavior, key);
    return typeof address === "string" && isWebAddress(address);
  });
}

/** What comes back with a press, without what the plugin would take for an order of the person who presses. */
function withoutOrder(value: unknown): unknown {
  if (typeof value === "string") {
    let read: unknown;
    try {
      read = JSON.parse(value);
    } catch {
      return value;
    }
    return isRecord(read) && Object.hasOwn(read, PRESS_KEY) ? JSON.stringify(withoutOrder(read)) : value;
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== PRESS_KEY));
}

function columnTypes(table: Json): ReadonlyMap<unknown, unknown> {
  return new Map(listOf(own(table, "columns")).map((column) => [own(column, "name"), own(column, "data_type")]));
}

function cells(row: Json, columns: ReadonlyMap<unknown, unknown>): Json {
  return Object.fromEntries(
    Object.entries(row).map(([name, cell]) => {
      if (typeof cell === "string")
        return [name, MARKDOWN_COLUMNS.has(String(columns.get(name))) ? markdown(cell) : inertText(cell)];
      return [name, columns.get(name) === "persons" ? JSON.stringify(cell) : any(cell, 0)];
    }),
  );
}
