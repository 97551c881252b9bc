/** An image's or link's words, then its address: between `<` and `>`, or with balanced parentheses; and perhaps a title. */
const TARGET =
  /\[(?<alt>(?:\\.|[^\][\\])*)\]\(\s*(?:<[^<>]*>|[^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*)(?:\s+(?:"[^"]*"|'[^']*'|\([^()]*\)))?\s*\)/u;
const IMAGE = new RegExp(`!${TARGET.source}`, "u");
const ANY_TARGET = new RegExp(`!?${TARGET.source}`, "gu");

/** Where the first complete image of a short Markdown text ends; undefined when there is none outside code. */
export function firstImageEnd(text: string): number | undefined {
  if (!text.includes("![") || text.includes("```")) return undefined;
  const shown = text.replace(/(`+)[^`]+\1/gu, (code) => " ".repeat(code.length));
  const match = IMAGE.exec(shown);
  return match === null ? undefined : match.index + match[0].length;
}

/** The text without the addresses and keys of its links and images: the same whether an image is still a link or not. */
export function withoutTargets(text: string): string {
  return text.replace(ANY_TARGET, "[$<alt>]()").replaceAll("![", "[");
}
