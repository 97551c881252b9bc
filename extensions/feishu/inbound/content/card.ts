import { asFields, asList, bracket, parseFields, stringIn } from "./content.ts";
import type { Content, Fields, MentionKey } from "./content.ts";
import { toMarkdown } from "./card-tree.ts";
import { readPost } from "./post.ts";

/** Fields that hold further parts of a card, in reading order. */
const CHILDREN = [
  "card",
  "header",
  "i18n_header",
  "title",
  "subtitle",
  "text",
  "content",
  "body",
  "elements",
  "i18n_elements",
  "fields",
  "columns",
  "actions",
  "extra",
  "label",
  "placeholder",
  "options",
] as const;
/** What the buttons of a turn ask for. */
const TURN_BUTTONS: ReadonlySet<string> = new Set(["stop", "regenerate", "continue", "again"]);
/** Feishu's own tag of a line's end, which a reader of text knows as one. */
const LINE_END = /<br\s*\/?>/gu;
/** Locales in the order in which they are looked for. */
const LOCALES = ["zh_cn", "en_us", "ja_jp"] as const;
/** Cards are trees people's programs make; a bound keeps a hostile one from exhausting the stack. */
const MAX_DEPTH = 32;
/** What Feishu writes in the place of a card that the asked form cannot show. */
const PLACEHOLDER =
  /请升级(?:至|到)最新版本客户端|请升级客户端|please upgrade to the latest version|upgrade (?:your )?(?:client|app|feishu|lark) to|最新バージョンにアップデート/iu;

/**
 * A card as readable text, whole (`user_card_content`) or simplified: what a person would read in it, top to bottom; `[card]` when
 * it has no words.
 * @see https://open.feishu.cn/document/feishu-cards/card-json-v2-structure
 */
export function readCard(content: Fields, mentions?: readonly MentionKey[]): Content {
  // Simplified cards are paragraphs of elements, like rich text.
  if (Array.isArray(asList(content["elements"])[0])) {
    const post = readPost(content, mentions);
    return post.text === "" && post.title === undefined ? { ...post, text: bracket("card") } : post;
  }
  const lines: string[] = [];
  visit(unwrap(content), lines, 0);
  return { text: lines.join("\n").trim() || bracket("card"), attachments: [] };
}

/** Whether what was read of a card is Feishu's "please upgrade", or nothing: then the card has to be read from Feishu. */
export function isCardPlaceholder(text: string): boolean {
  return text.trim() === bracket("card") || PLACEHOLDER.test(text);
}

/** The card itself, out of what it may be wrapped in. */
function unwrap(content: Fields): Fields {
  const written = stringIn(content, "user_dsl") ?? stringIn(content, "json_card");
  if (written !== undefined) return parseFields(written) ?? {};
  return (
    [content["user_dsl"], content["json_card"]].map(asFields).find((card) => Object.keys(card).length > 0) ?? content
  );
}

function visit(value: unknown, lines: string[], depth: number): void {
  if (depth > MAX_DEPTH || typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) visit(item, lines, depth + 1);
    return;
  }
  const outer = asFields(value);
  // One of the forms a card is read back in keeps an element's fields one level below its tag.
  const node: Fields = { ...asFields(outer["property"]), ...outer };
  const say = (text: string | undefined): void => void (text !== undefined && lines.push(text));
  switch (node["tag"]) {
    case "plain_text":
    case "lark_md":
    case "markdown":
    case "text":
      return say(wordsOf(node)?.replace(LINE_END, "\n") ?? toMarkdown(node["elements"]));
    case "hr":
      return say("---");
    case "img":
      return say(bracket("image", joined(node["alt"], depth)));
    case "chart":
      return say(bracket("chart", joined(asFields(node["chart_spec"])["title"], depth)));
    case "table":
      return void lines.push(...readTable(node));
    case "button":
      return isTurnButton(node) ? undefined : say(inBrackets(joined(node["text"], depth)));
    case "select_static":
    case "multi_select_static":
    case "overflow":
      return say(readSelect(node, depth));
    default:
      break;
  }
  if (node["type"] === "template") return readTemplate(node, lines);
  const localized = localeOf(node);
  if (localized !== undefined) return visit(localized, lines, depth + 1);
  if (node["tag"] === undefined) {
    const words = wordsOf(node);
    if (words !== undefined) return say(words);
  }
  for (const name of CHILDREN) visit(node[name], lines, depth + 1);
}

/** A text object's words, in the reader's languages when it has several. */
function wordsOf(node: Fields): string | undefined {
  const own = stringIn(node, "content") ?? stringIn(node, "text") ?? stringIn(asFields(node["text"]), "content");
  if (own !== undefined) return own;
  const translated = asFields(node["i18n_content"] ?? node["i18n"]);
  return LOCALES.map((locale) => stringIn(translated, locale)).find((text) => text !== undefined);
}

/** What stands under one language, in nodes that have nothing but languages. */
function localeOf(node: Fields): unknown {
  const locale = LOCALES.find((name) => typeof node[name] === "object" && node[name] !== null);
  return locale && node[locale];
}

/** Stop, Regenerate and Continue of a reply, in either host: they ask for something and say nothing. */
function isTurnButton(button: Fields): boolean {
  const values = [button, ...asList(button["behaviors"]).map(asFields)].map(
    ({ value }) => asFields(value)["cardstream"],
  );
  return values.some((what) => typeof what === "string" && TURN_BUTTONS.has(what));
}

const inBrackets = (text: string): string | undefined => (text === "" ? undefined : bracket(text));

function joined(value: unknown, depth: number): string {
  const words: string[] = [];
  visit(value, words, depth + 1);
  return words.join(" ").trim();
}

function readSelect(node: Fields, depth: number): string | undefined {
  const options = asList(node["options"]).map((option) => joined(asFields(option)["text"], depth));
  const choices = options.filter((option) => option !== "").join(" / ");
  const placeholder = joined(node["placeholder"], depth);
  return inBrackets([placeholder, choices].filter((part) => part !== "").join(": "));
}

/** Of a template only the values put into it are known. */
function readTemplate(node: Fields, lines: string[]): void {
  const values = Object.values(asFields(asFields(node["data"])["template_variable"]));
  lines.push(...values.filter((value): value is string => typeof value === "string" && value !== ""));
}

function readTable(table: Fields): string[] {
  const columns = asList(table["columns"]).map(asFields);
  const header = columns.map((column) => stringIn(column, "display_name") ?? stringIn(column, "name") ?? "");
  const rows = asList(table["rows"]).map((row) =>
    columns.map((column) => cellText(asFields(row)[stringIn(column, "name") ?? ""])),
  );
  return [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}

function cellText(cell: unknown): string {
  if (typeof cell === "string" || typeof cell === "number") return String(cell);
  return asList(cell)
    .map((item) => stringIn(asFields(item), "text") ?? "")
    .join(", ");
}
