import { Refusal } from "./refusal.ts";
import type { World } from "./world.ts";

/** Any JSON object. */
export type Json = Record<string, unknown>;

/** What a card is checked against besides its own rules. */
export interface CardContext {
  readonly world: World;
  /** Image keys that this app has uploaded. */
  readonly images: ReadonlySet<string>;
  /** People and bots that can be mentioned. */
  readonly people: ReadonlySet<string>;
  /** CardKit checks the form of element ids; inline cards evidently do not. */
  readonly entity: boolean;
  /** Creating answers an unknown property by a code of its own, perhaps. */
  readonly creating: boolean;
  /** Text that the tenant's content audit lets nobody send; undefined for none. */
  readonly audit: RegExp | undefined;
}

const MAX_ELEMENTS = 200;
const ROOT_KEYS = new Set(["schema", "config", "card_link", "header", "body", "i18n_header"]);
const CONFIG_KEYS = new Set([
  "streaming_mode",
  "streaming_config",
  "summary",
  "update_multi",
  "enable_forward",
  "enable_forward_interaction",
  "width_mode",
  "locales",
  "use_custom_translation",
  "style",
  // Documented for schema 1.0, sent daily by public clients with 2.0.
  "wide_screen_mode",
]);
const COMMON = ["tag", "element_id", "margin"];
const TEXT_KEYS = [...COMMON, "content", "text_size", "text_align", "text_color", "icon", "lines", "i18n_content"];
/** Properties of each component; a component that is not here is unknown (200861), one with `undefined` takes any. */
const COMPONENTS: Readonly<Record<string, ReadonlySet<string> | undefined>> = {
  markdown: new Set(TEXT_KEYS),
  plain_text: new Set(TEXT_KEYS),
  lark_md: new Set(TEXT_KEYS),
  hr: new Set(COMMON),
  div: new Set([...COMMON, "text", "fields", "icon", "width"]),
  button: new Set([
    ...COMMON,
    "text",
    "type",
    "size",
    "width",
    "icon",
    "disabled",
    "disabled_tips",
    "hover_tips",
    "confirm",
    "behaviors",
    "name",
    "value",
    "form_action_type",
    "action_type",
  ]),
  collapsible_panel: new Set([
    ...COMMON,
    "expanded",
    "header",
    "border",
    "background_color",
    "padding",
    "vertical_spacing",
    "direction",
    "elements",
  ]),
  column_set: new Set([
    ...COMMON,
    "columns",
    "flex_mode",
    "horizontal_spacing",
    "horizontal_align",
    "background_style",
    "action",
  ]),
  column: new Set([
    ...COMMON,
    "width",
    "weight",
    "elements",
    "vertical_align",
    "vertical_spacing",
    "horizontal_align",
    "padding",
    "background_style",
  ]),
  img: undefined,
  table: undefined,
  form: undefined,
  input: undefined,
  select_static: undefined,
  checker: undefined,
  chart: undefined,
  interactive_container: undefined,
  text_tag: undefined,
  standard_icon: undefined,
  custom_icon: undefined,
};
const ELEMENT_ID = /^[A-Za-z]\w{0,19}$/u;

/** A whole card, as string. @throws Refusal with the CardKit code (an IM call wraps it). */
export function readCard(data: string, context: CardContext): Json {
  const card = parseObject(data, 200_220, "card content is not JSON");
  checkCard(card, context);
  return card;
}

/** @throws Refusal */
export function parseObject(data: string, code: number, msg: string): Json {
  try {
    const value: unknown = JSON.parse(data);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json;
  } catch {
    // Said below.
  }
  throw new Refusal(code, msg);
}

/** @throws Refusal */
function checkCard(card: Json, context: CardContext): void {
  if (Object.keys(card).length === 0) return;
  const unknown = context.creating ? context.world.unknownProperty : 200_621;
  if (card["schema"] !== "2.0")
    throw card["schema"] === undefined ? new Refusal(200_610, "body is nil") : new Refusal(300_303, "only schema 2.0");
  onlyKnown(card, ROOT_KEYS, unknown);
  const config = (card["config"] ?? {}) as Json;
  onlyKnown(config, CONFIG_KEYS, unknown);
  if (config["update_multi"] === false) throw new Refusal(300_302, "update_multi is false");
  const header = card["header"] as Json | undefined;
  if (header !== undefined && header["title"] === undefined) throw new Refusal(200_621, "header needs a title");
  checkElements(elementsOf(card), context, card);
}

/** The top-level elements, which are the card's own list. */
export function elementsOf(card: Json): Json[] {
  const body = (card["body"] ??= {}) as Json;
  return (body["elements"] ??= []) as Json[];
}

/** What holds for all elements of a card together, after a change. @throws Refusal */
export function checkElements(elements: readonly Json[], context: CardContext, card: Json): void {
  const ids = new Set<string>();
  let count = 0;
  let tables = 0;
  walk(elements, (element) => {
    count += 1;
    const tag = String(element["tag"]);
    if (!(tag in COMPONENTS)) throw new Refusal(200_861, `unknown tag ${tag}`);
    const known = COMPONENTS[tag];
    if (known !== undefined) onlyKnown(element, known, context.creating ? context.world.unknownProperty : 200_621);
    const id = element["element_id"];
    if (typeof id === "string") {
      if (context.entity && !ELEMENT_ID.test(id)) throw new Refusal(300_301, "Code 1002: invalid element_id");
      if (ids.has(id)) throw new Refusal(300_301, "Code 1001: Duplicate ID");
      ids.add(id);
    }
    if (tag === "collapsible_panel" && element["header"] === undefined)
      throw new Refusal(200_621, "a panel needs a header");
    if (tag === "table") tables += 1;
    const content = element["content"];
    if (typeof content !== "string") return;
    if (tag === "markdown" || tag === "lark_md") {
      tables += tablesIn(content);
      checkMarkdown(content, context);
    }
    if (context.audit?.test(content)) throw auditRefusal();
  });
  if (count > MAX_ELEMENTS) throw new Refusal(300_305, "element exceeds the limit");
  if (tables > context.world.tables)
    throw new Refusal(
      230_099,
      "Failed to create card content, ext=ErrCode: 11310; ErrMsg: card table number over limit; ErrorValue: table; ",
    );
  if (Buffer.byteLength(JSON.stringify(card)) > context.world.cardBytes)
    throw new Refusal(200_860, "card over max size");
}

/** The tenant's content audit names what it found. */
export function auditRefusal(): Refusal {
  return new Refusal(230_028, "The messages do NOT pass the audit, ext=contain sensitive data: EMAIL_ADDRESS");
}

/** Calls back for every tagged object below, parents first. */
export function walk(value: unknown, visit: (element: Json) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, visit);
  } else if (typeof value === "object" && value !== null) {
    const object = value as Json;
    if (typeof object["tag"] === "string") visit(object);
    for (const [key, item] of Object.entries(object)) if (key !== "value") walk(item, visit);
  }
}

/** The element with this id, wherever it is; undefined when there is none. */
export function findElement(elements: readonly Json[], id: string): Json | undefined {
  let found: Json | undefined;
  walk(elements, (element) => {
    if (element["element_id"] === id) found ??= element;
  });
  return found;
}

/** The list that holds the element with this id, and where in it. */
export function placeOf(elements: Json[], id: string): { list: Json[]; at: number } | undefined {
  const at = elements.findIndex((element) => element["element_id"] === id);
  if (at >= 0) return { list: elements, at };
  for (const element of elements) {
    for (const list of [element["elements"], element["columns"]]) {
      const place = Array.isArray(list) ? placeOf(list as Json[], id) : undefined;
      if (place !== undefined) return place;
    }
  }
  return undefined;
}

function onlyKnown(object: Json, known: ReadonlySet<string>, code: number): void {
  for (const key of Object.keys(object))
    if (!known.has(key)) throw new Refusal(code, `unknown property, property: ${key}`);
}

function withoutCode(markdown: string): string {
  if (!/[`~]/u.test(markdown)) return markdown;
  let fence: string | undefined;
  const lines = markdown.split("\n").filter((line) => {
    const mark = /^[\s>]*(`{3,}|~{3,})/u.exec(line)?.[1];
    if (fence === undefined) {
      fence = mark;
      return mark === undefined;
    }
    if (mark !== undefined && mark.startsWith(fence) && line.replaceAll(/[\s>]/gu, "") === mark) fence = undefined;
    return false;
  });
  return lines.join("\n").replaceAll(/(`+)[^`]+\1/gu, "");
}

/** Pipe tables outside code: a line of dashes below a line with a pipe. */
function tablesIn(markdown: string): number {
  if (!markdown.includes("|") || !markdown.includes("-")) return 0;
  const lines = withoutCode(markdown).split("\n");
  const isRule = (line: string): boolean => /^[\s>]*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/u.test(line);
  return lines.filter(
    (line, i) => line.includes("-") && line.includes("|") && isRule(line) && lines[i - 1]?.includes("|"),
  ).length;
}

function checkMarkdown(markdown: string, { images, people }: CardContext): void {
  if (!markdown.includes("](") && !markdown.includes("<at")) return;
  const text = withoutCode(markdown);
  for (const [, key] of text.matchAll(/!\[[^\]\n]*\]\(([^()\s]+)[^()]*\)/gu))
    if (key === undefined || !images.has(key)) throw new Refusal(200_570, "invalid image keys");
  for (const [, id] of text.matchAll(/<at\s[^<>]*?ids?\s*=\s*["']?([\w,-]+)/gu))
    for (const one of (id ?? "").split(","))
      if (one !== "all" && !people.has(one)) throw new Refusal(100_290, "invalid user resource(at id)");
}
