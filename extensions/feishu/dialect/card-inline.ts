import { shownAddress, webAddress, withoutEntities } from "./address.ts";
import { charBefore, isPunctuation, isWhite, ZERO_WIDTH } from "./characters.ts";
import { addressIn, goesOn, mayBegin } from "./inline-rules.ts";
import { inertCode, isAllowedMention, isAllowedTag, withoutStyles } from "./tags.ts";
import { InlineWords } from "./inline-words.ts";
import type { Inline, Marks } from "./tree.ts";

/** What a card may show, and what takes the place of the rest. */
export interface CardOptions {
  /** Ids that may be mentioned. */
  readonly mentionable: ReadonlySet<string>;
  /**
   * The image key that shows the image at an address (or an image key that the text itself names); undefined for a link. Asked for
   * every image that is complete.
   */
  readonly imageKey: (target: string) => string | undefined;
}

/** Characters that Feishu wants as entities where they are to be seen (cards, rich text, special characters). */
const ENTITIES: Readonly<Record<string, string>> = {
  "<": "&lt;",
  ">": "&gt;",
  "&": "&amp;",
  "`": "&#96;",
};
const SPECIAL = /[\\*~><[\]()#!_`\-+.|=&$]/u;
const entity = (char: string): string => ENTITIES[char] ?? `&#${char.codePointAt(0) ?? 0};`;

/** Entities that stay as they are: what they stand for would be read as Markdown, or is no character that could stand there. */
const KEPT_ENTITY = /^&(?:lt|gt|amp|quot|apos|nbsp|ensp|emsp|#\d+|#x[0-9a-f]+);$/iu;

/** An underscore that is not inside of a word, and so may be a mark. */
const LONE_UNDERSCORE = /(?<![a-zA-Z0-9_])_|_(?![a-zA-Z0-9_])/gu;

/** Longest run of `*` that Feishu reads as marks; longer ones are shown as they are. @see Feishu rich text, bold: no four asterisks */
const STARS_MAX = 3;

const LABEL = new InlineWords({ addresses: false });

/** Writes what is in a paragraph as Feishu's cards show it. */
export class CardInline {
  readonly #options: CardOptions;
  readonly #inTable: boolean;
  readonly #isPost: boolean;
  #out = "";
  /** Marks whose partners are still to come, outermost first; empty for those that are not written. */
  #opened: string[] = [];
  /** Where the last separator ends that stands in the place of a tag. */
  #separated = -1;
  /** An image was asked for: what is written depends on more than the text. */
  asksForImages = false;

  constructor(options: CardOptions, { inTable = false, isPost = false }: { inTable?: boolean; isPost?: boolean } = {}) {
    this.#options = options;
    this.#inTable = inTable;
    this.#isPost = isPost;
  }

  write(inline: readonly Inline[]): string {
    this.#out = "";
    this.#opened = [];
    this.#separated = -1;
    this.#all(inline, false);
    // A tag that says nothing here leaves its space behind; and what holds only such tags is not empty.
    const text = this.#isPost ? this.#out.replace(/^[ \t]+|[ \t]+$/gmu, "").trimEnd() : this.#out;
    return text === "" && inline.length > 0 ? "&nbsp;" : text;
  }

  #all(inline: readonly Inline[], inLabel: boolean): void {
    inline.forEach((one, i) => this.#one(one, inLabel, inline[i + 1]));
  }

  #one(one: Inline, inLabel: boolean, next: Inline | undefined): void {
    switch (one.kind) {
      case "text":
        return this.#text(one.raw);
      case "escape":
        return this.#escape(one.char);
      case "entity":
        return this.#put(KEPT_ENTITY.test(one.raw) ? one.raw : escaped(one.char));
      case "code":
        return this.#code(one.text);
      case "math":
        return this.#code(one.raw.replace(/\s*\n\s*/gu, " "));
      case "marks":
        return this.#marks(one.marks, next);
      case "link":
        return this.#link(one.label, one.href, one.title, inLabel);
      case "address":
        return this.#address(one, inLabel);
      case "image":
        return this.#image(one, inLabel);
      case "tag":
        return this.#tag(one.raw, inLabel);
      case "break":
        return this.#break(one.hard, inLabel);
    }
  }

  #break(hard: boolean, inLabel: boolean): void {
    const text = hard ? this.#out.replace(/ +$/u, "") : this.#out;
    this.#out = text.replace(/[ \t]+$/u, fewSpaces);
    // There is no second line to break to.
    const isEmpty = text === "" || (hard && text.endsWith("\n"));
    if (isEmpty) return;
    if (this.#isPost) this.#paragraph(inLabel);
    else this.#put(hard ? "  \n" : "\n");
  }

  /** A line of a rich-text message is a paragraph, in which a link and what is emphasised have to end. */
  #paragraph(inLabel: boolean): void {
    if (inLabel) return this.#put(" ");
    const opened = this.#opened.join("");
    const out = this.#out.trimEnd();
    // Nothing stands between the marks and the line's end.
    this.#out = out.endsWith(opened) ? out.slice(0, out.length - opened.length) : out + reversed(opened);
    this.#put(`\n${opened}`);
  }

  #tag(raw: string, inLabel: boolean): void {
    const { mentionable } = this.#options;
    const isAllowed = this.#isPost ? isAllowedMention(raw, mentionable) : isAllowedTag(raw, mentionable);
    const words = this.#isPost ? withoutStyles(raw) : raw;
    if (isAllowed) this.#put(raw);
    else if (words === raw) this.#noTag(raw);
    else if (words !== "") this.#break(true, inLabel);
    // What stood on both sides of it must not be read together.
    else if (/[!\\&*_~\]]$/u.test(this.#out)) {
      this.#put(ZERO_WIDTH);
      this.#separated = this.#out.length;
    }
  }

  /** A tag that is none here: it is shown, and its address is one in the text. */
  #noTag(raw: string): void {
    const at = raw.search(/https?:/iu);
    const address = at < 0 ? undefined : addressIn(raw, at);
    const put = (text: string): void => void (this.#out += escaped(text).replace(LONE_UNDERSCORE, entity));
    put(address === undefined ? raw : raw.slice(0, at));
    if (address === undefined) return;
    this.#address({ kind: "address", raw: address, angled: false, glued: goesOn(raw, at + address.length) }, false);
    put(raw.slice(at + address.length));
  }

  /** Appends what begins with no character that could be read together with the last one. */
  #put(text: string): void {
    this.#out += text;
  }

  #text(raw: string): void {
    const follows = this.#out.endsWith("]") && raw.startsWith("(");
    this.#out += follows ? `&#40;${escaped(raw.slice(1))}` : escaped(raw);
  }

  #escape(char: string): void {
    if (char === "|" && this.#inTable) this.#out += "\\|";
    else this.#out += SPECIAL.test(char) ? entity(char) : char;
  }

  #code(text: string): void {
    const code = inertCode(text);
    const longest = Math.max(0, ...[...code.matchAll(/`+/gu)].map(([run]) => run.length));
    const ticks = "`".repeat(longest + 1);
    const needsSpace = code.startsWith("`") || code.endsWith("`") || (/^ .* $/u.test(code) && code.trim() !== "");
    const space = needsSpace ? " " : "";
    // A mark of code right before this one would be read together with it.
    const apart = this.#out.endsWith("`") ? ZERO_WIDTH : "";
    const written = apart + ticks + space + code + space + ticks;
    this.#out += this.#inTable ? written.replace(/(?<!\\)\|/gu, "\\|") : written;
  }

  #marks(marks: Marks, next: Inline | undefined): void {
    if (marks.raw.startsWith("*") && marks.raw.length > STARS_MAX) {
      this.#out += entity("*").repeat(marks.raw.length);
      return;
    }
    const raw = this.#isPost ? this.#inLine(marks) : marks.raw;
    if (raw === "") return;
    // What a tag that is not written left behind keeps only marks of one kind apart.
    if (this.#separated === this.#out.length && this.#out.at(-2) !== raw.charAt(0)) this.#out = this.#out.slice(0, -1);
    const before = charBefore(this.#out, this.#out.length);
    if (marks.spaceBefore && !isWhite(before) && !isPunctuation(before)) this.#out += " ";
    this.#out += raw;
    if (marks.spaceAfter && next !== undefined && next.kind !== "break") this.#out += " ";
  }

  /** The marks as a rich-text message has them, whose lines end what is emphasised: what is bold is not made bold once more. */
  #inLine({ raw, closes, opens }: Marks): string {
    const begun = `\n${this.#opened.join("")}`;
    const ended = this.#opened.splice(Math.max(0, this.#opened.length - closes), closes);
    const stray = raw.slice(closes, raw.length - opens);
    const left = this.#opened.join("");
    const shows = this.#opened.filter((mark) => mark === raw.charAt(0)).length + opens <= STARS_MAX;
    const begins = Array.from(raw.slice(raw.length - opens), (mark) => (shows ? mark : ""));
    this.#opened.push(...begins);
    if (closes === 0 || !this.#out.endsWith(begun)) return ended.join("") + stray + begins.join("");
    // What they would end begins with nothing on its line.
    this.#out = this.#out.slice(0, this.#out.length - begun.length + 1);
    return left + stray + begins.join("");
  }

  /** What stands before a `[` must not make an image of it. */
  #openBracket(): void {
    const last = this.#out.at(-1);
    if (last === "!" || last === "\\") this.#out = this.#out.slice(0, -1) + entity(last);
    this.#out += "[";
  }

  #link(label: readonly Inline[], href: string, title: string, inLabel: boolean): void {
    const address = inLabel ? undefined : webAddress(href);
    if (address === undefined) {
      const from = this.#out.length;
      this.#all(label, inLabel);
      const shown = this.#out.slice(from);
      const place = shownAddress(href);
      if (href !== "" && shown !== escaped(href)) this.#out += `${shown === "" ? "" : " "}&#40;${escaped(place)})`;
    } else {
      this.#openBracket();
      const from = this.#out.length;
      this.#all(label, true);
      if (this.#out.slice(from).trim() === "") this.#out += escaped(href);
      this.#out += `](${address})`;
    }
    if (title !== "") this.#out += ` (${escaped(title.replace(/\s+/gu, " "))})`;
  }

  #address({ raw, angled, glued }: Extract<Inline, { kind: "address" }>, inLabel: boolean): void {
    // Between `<` and `>` nothing is an entity.
    const written = angled ? raw : raw.replaceAll("&amp;", "&");
    const address = inLabel ? undefined : webAddress(written);
    const shown = escaped(withoutEntities(written));
    if (address === undefined) this.#out += angled && !inLabel ? `&lt;${shown}&gt;` : shown;
    else if (!angled && !glued && mayBegin(this.#out) && !/[_*~&[\]$]/u.test(raw)) this.#text(raw);
    else {
      this.#openBracket();
      this.#out += `${shown.replace(/[[\]$]/gu, entity)}](${address})`;
    }
  }

  #image({ label, src, title }: Extract<Inline, { kind: "image" }>, inLabel: boolean): void {
    this.asksForImages = true;
    const key = this.#options.imageKey(src);
    const words = escaped(LABEL.of(label).replaceAll("\n", " ")).replace(/[[\]]/gu, entity);
    if (key === undefined || !/^[\w-]+$/u.test(key)) {
      const address = webAddress(src);
      // A link in a link's words ends the outer one: the picture can still be reached, and so can what it led to.
      if (inLabel && address !== undefined) this.#out += `[${words}](${address})`;
      else this.#link(label, src, title, inLabel);
      return;
    }
    if (this.#out.endsWith("!")) this.#out = `${this.#out.slice(0, -1)}&#33;`;
    this.#out += `![${words}](${key})`;
  }
}

const reversed = (marks: string): string => Array.from(marks).toReversed().join("");

/** White space at a line's end: as much as says anything. */
export const fewSpaces = (space: string): string => space.replace(/( {2}) .*$/u, "$1");

/** Text in which no tag, no code and no image begins. A bracket that could end a link's words is kept from its address. */
function escaped(text: string): string {
  if (!/[<`![\]]/u.test(text)) return text;
  return text.replaceAll("<", "&lt;").replaceAll("`", "&#96;").replaceAll("![", "!&#91;").replaceAll("](", "]&#40;");
}
