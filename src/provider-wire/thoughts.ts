/** Where reasoning came from: a field of its own, or tags in the text. */
type Way = "beside" | "tagged";

/**
 * Reasoning that may come twice, in a field of its own and between tags in the text, one ahead of the other. As long as both say the same
 * it is told once; from where they differ on, everything is told.
 */
export class Thoughts {
  readonly #said: Record<Way, string> = { beside: "", tagged: "" };
  /** Who has told anything that the other had not said before. */
  readonly #told: Record<Way, boolean> = { beside: false, tagged: false };
  /** Both have said something, and not the same. */
  #differ = false;

  /** What `text` adds to what has been told. */
  add(way: Way, text: string): string {
    if (this.#differ) return text;
    const other = this.#said[way === "beside" ? "tagged" : "beside"];
    const before = this.#said[way];
    // Blanks at the beginning belong to the tag, or to nobody.
    const said = before + (before === "" ? text.trimStart() : text);
    this.#said[way] = said;
    const more = this.#more(way, { text, before, said, other });
    this.#told[way] ||= more !== "";
    return more;
  }

  #more(
    way: Way,
    { text, before, said, other }: Readonly<Record<"text" | "before" | "said" | "other", string>>,
  ): string {
    if (other === "") return text;
    if (other.startsWith(said)) return "";
    if (said.startsWith(other)) return said.slice(Math.max(before.length, other.length));
    if (said.trimEnd() === other.trimEnd()) return "";
    this.#differ = true;
    // What looked like the beginning of the same was kept back.
    return this.#told[way] ? text : said;
  }
}
