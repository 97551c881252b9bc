import { asFields, asList, stringIn } from "./content.ts";
import type { Fields } from "./content.ts";
import { toCodeSpan, toFence } from "../../../../src/text/index.ts";

/** Elements inside elements; a bound keeps hostile ones from exhausting the stack. */
const MAX_DEPTH = 16;

/**
 * The Markdown of a card that is read back as a tree (`raw_card_content`): each element's fields stand below `property`. Undefined when
 * there are no words in it.
 */
export function toMarkdown(elements: unknown): string | undefined {
  const text = all(elements, 0).replace(/^\n+/u, "").trimEnd();
  return text === "" ? undefined : text;
}

const all = (elements: unknown, depth: number): string =>
  depth > MAX_DEPTH
    ? ""
    : asList(elements)
        .map((element) => one(asFields(element), depth + 1))
        .join("");

function one(element: Fields, depth: number): string {
  const node: Fields = { ...asFields(element["property"]), ...element };
  const words = stringIn(node, "content") ?? all(node["elements"], depth);
  switch (element["tag"]) {
    case "br":
      return "\n";
    case "hr":
      return "\n---\n";
    case "link": {
      const address = stringIn(asFields(node["url"]), "url") ?? stringIn(node, "url");
      return address === undefined || address === words ? words : `[${words}](${address})`;
    }
    case "emoji":
      return `:${stringIn(node, "key") ?? "emoji"}:`;
    case "at":
      return `@${words.replace(/^@/u, "")}`;
    case "code_span":
      return words === "" ? "" : toCodeSpan(words);
    case "code_block":
      return `\n${toFence(codeOf(node), (stringIn(node, "language") ?? "").toLowerCase())}\n`;
    case "heading":
      return `\n${"#".repeat(Math.min(6, Math.max(1, Number(node["level"]) || 1)))} ${words}\n`;
    case "blockquote":
      return `\n${words.trim().replace(/^/gmu, "> ")}\n`;
    case "list":
      return `\n${itemsOf(node, depth).join("\n")}\n`;
    default:
      return words;
  }
}

/** Lines of pieces of code. */
const codeOf = (node: Fields): string =>
  stringIn(node, "content") ??
  asList(node["contents"])
    .map((line) =>
      asList(asFields(line)["contents"])
        .map((piece) => stringIn(asFields(piece), "content") ?? "")
        .join("")
        .replace(/\n$/u, ""),
    )
    .join("\n");

function itemsOf(node: Fields, depth: number): string[] {
  return asList(node["items"]).map((entry, index) => {
    const item = asFields(entry);
    const marker = item["type"] === "ol" ? `${Number(item["order"]) || index + 1}.` : "-";
    return `${"  ".repeat(Math.min(8, Number(item["level"]) || 0))}${marker} ${all(item["elements"], depth).trim()}`;
  });
}
