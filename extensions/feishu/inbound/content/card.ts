import { asFields, asList, stringIn } from "./content.ts";
import type { Content, Fields } from "./content.ts";
import { readPost } from "./post.ts";

/** Fields that hold further parts of a card, in reading order. */
const CHILDREN = [
  "header",
  "title",
  "subtitle",
  "text",
  "body",
  "elements",
  "fields",
  "columns",
  "actions",
  "extra",
  "label",
  "placeholder",
] as const;
/** Cards are trees people's programs make; a bound keeps a hostile one from exhausting the stack. */
const MAX_DEPTH = 32;

/**
 * A card as readable text, whole (`user_card_content`) or simplified: what a person would read in it, top to bottom.
 * @see https://open.feishu.cn/document/feishu-cards/card-json-v2-structure
 */
export function readCard(content: Fields): Content {
  // Simplified cards are paragraphs of elements, like rich text.
  if (Array.isArray(asList(content["elements"])[0])) return readPost(content);
  const wrapped = stringIn(content, "user_dsl") ?? stringIn(content, "json_card");
  const lines: string[] = [];
  visit(wrapped === undefined ? content : parse(wrapped), lines, 0);
  return { text: lines.join("\n").trim(), attachments: [] };
}

function visit(value: unknown, lines: string[], depth: number): void {
  if (depth > MAX_DEPTH || typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) visit(item, lines, depth + 1);
    return;
  }
  const node = asFields(value);
  switch (node["tag"]) {
    case "plain_text":
    case "lark_md":
    case "markdown":
    case "text": {
      const text = stringIn(node, "content") ?? stringIn(node, "text");
      if (text !== undefined) lines.push(text);
      return;
    }
    case "hr":
      lines.push("---");
      return;
    case "img":
      lines.push("[image]");
      return;
    case "table":
      lines.push(...readTable(node));
      return;
    case "button": {
      const label: string[] = [];
      visit(node["text"], label, depth + 1);
      if (label.length > 0) lines.push(`[${label.join(" ")}]`);
      return;
    }
    default:
      for (const name of CHILDREN) visit(node[name], lines, depth + 1);
  }
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

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return {};
  }
}
