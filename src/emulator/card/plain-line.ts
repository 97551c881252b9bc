/** Characters that a chat list has room for. */
const MOST = 80;

/** Markdown as one line of plain words, as a chat list shows it: no marks, no tags, no fences. */
export function plainLine(markdown: string): string {
  return (
    markdown
      // Enough for what is kept, with room for marks that go; a long text is not walked whole.
      .slice(0, MOST * 20)
      .replace(/^[ \t]*(?:`{3,}|~{3,})[^\n]*$/gmu, " ")
      .replace(/<\/?[a-z_]{1,20}(?:\s[^<>]{0,200})?>/gu, " ")
      .replace(/^[ \t]{0,3}(?:#{1,6}\s|>\s?|[-*+]\s|\d{1,9}[.)]\s)+/gmu, "")
      .replace(/^[ \t]*\|?[ \t:|-]+\|?[ \t]*$/gmu, " ")
      .replace(/!?\[([^\][]{0,200})\]\([^()\s]{0,500}\)/gu, "$1")
      .replace(/[*_~`]{1,3}(?=\S)|(?<=\S)[*_~`]{1,3}/gu, (mark) => (mark === "_" ? mark : ""))
      .replaceAll("|", " ")
      .replace(/\s+/gu, " ")
      .trim()
      .slice(0, MOST)
  );
}
