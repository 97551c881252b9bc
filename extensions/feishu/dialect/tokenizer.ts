import MarkdownIt from "markdown-it";
import type { Env, MarkdownIt as Tokenizer, StateBlock, StateInline, Token } from "markdown-it";
import { flanks } from "./flanking.ts";
import type { Block } from "./tree.ts";
import { bareAddress, formula, plainText, tag } from "./inline-rules.ts";

/** Deepest nesting of brackets, and longest label, that is looked into: beyond, brackets are text. */
const LABEL_DEPTH_MAX = 8;
const LABEL_MAX = 1_000;

/** Where in the paragraph's text a token stands. */
export type Place = { readonly at: number; readonly end: number };

/** markdown-it's state, which also notes where in the text each token stands. */
class PlacedState extends MarkdownIt.StateInline {
  #pendingAt = 0;
  #brackets: ReadonlyMap<number, number> | undefined;

  notePending(): void {
    if (this.pending === "") this.#pendingAt = this.pos;
  }

  override pushPending(): Token {
    const { length } = this.pending;
    const token = super.pushPending();
    token.meta = { at: this.#pendingAt, end: this.#pendingAt + length };
    return token;
  }

  override scanDelims(start: number): { can_open: boolean; can_close: boolean; length: number } {
    const mark = this.src.charAt(start);
    let end = start;
    while (end < this.posMax && this.src.charAt(end) === mark) end++;
    const { opens, closes } = flanks(this.src, start, end, mark);
    return { can_open: opens, can_close: closes, length: end - start };
  }

  /**
   * Whether a label that begins at `at` may be worth reading. Brackets are paired once for the whole text: markdown-it looks for the
   * end of each anew, which takes minutes on a text that is made for it.
   */
  mayBeLabel(at: number): boolean {
    this.#brackets ??= pairBrackets(this.src);
    const end = this.#brackets.get(at);
    if (end === undefined || end - at > LABEL_MAX) return false;
    const after = this.src.charCodeAt(end + 1);
    return after === 0x28 || this.env.references !== undefined;
  }
}

/** Which `]` closes which `[`; those that hold too many others are left out. */
function pairBrackets(text: string): Map<number, number> {
  const pairs = new Map<number, number>();
  const open: { at: number; depth: number }[] = [];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x5c) at++;
    else if (unit === 0x5b) open.push({ at, depth: 0 });
    else if (unit === 0x5d) {
      const opened = open.pop();
      if (opened === undefined) continue;
      if (opened.depth <= LABEL_DEPTH_MAX) pairs.set(opened.at, at);
      const outer = open.at(-1);
      if (outer !== undefined) outer.depth = Math.max(outer.depth, opened.depth + 1);
    }
  }
  return pairs;
}

type InlineRule = (state: StateInline, silent: boolean) => boolean;

/** A rule that is asked only when the bracket at `offset` from where it begins may begin a label. */
const forLabels =
  (rule: InlineRule, offset: number): InlineRule =>
  (state, silent) =>
    state.src.charCodeAt(state.pos + offset) === 0x5b &&
    (!(state instanceof PlacedState) || state.mayBeLabel(state.pos + offset)) &&
    rule(state, silent);

/** Reads `state` to its end, noting the place of every token. */
function tokenize(this: Tokenizer["inline"], state: StateInline): void {
  const rules = this.ruler.getRules("");
  const end = state.posMax;
  while (state.pos < end) {
    const at = state.pos;
    const before = state.tokens.length;
    if (state instanceof PlacedState) state.notePending();
    const took = state.level < state.md.options.maxNesting && rules.some((rule) => rule(state, false));
    if (!took) {
      state.pending += state.src.charAt(state.pos++);
      continue;
    }
    let from = at;
    for (const token of state.tokens.slice(before)) {
      if (token.meta?.["at"] !== undefined) continue;
      const place: Place = { at: from, end: token.type === "text" ? from + token.content.length : state.pos };
      token.meta = { ...token.meta, ...place };
      if (token.type === "text") from = place.end;
    }
  }
  if (state.pending !== "") state.pushPending();
}

function createTokenizer(): Tokenizer {
  const md = new MarkdownIt("default", { html: true });
  md.block.ruler.disable("html_block");
  md.inline.State = PlacedState;
  md.inline.tokenize = tokenize;
  // What becomes of an address is for the writers to decide.
  md.validateLink = () => true;
  md.normalizeLink = (address) => address;
  const rule = (name: string, count: number): InlineRule => {
    const found = md.inline.ruler.getRules("")[count];
    if (found?.name !== name) throw new Error(`markdown-it has no inline rule ${name} at ${count}`);
    return found;
  };
  md.inline.ruler.at("link", forLabels(rule("link", 7), 0));
  md.inline.ruler.at("image", forLabels(rule("image", 8), 1));
  md.inline.ruler.at("text", plainText);
  md.inline.ruler.at("linkify", bareAddress);
  md.inline.ruler.before("escape", "math", formula);
  md.inline.ruler.at("html_inline", tag);
  md.inline.ruler2.disable("fragments_join");
  keepDefinitions(md);
  keepTableLines(md);
  readFrontMatter(md);
  return md;
}

type BlockRule = (state: StateBlock, startLine: number, endLine: number, silent: boolean) => boolean;

function blockRule(md: Tokenizer, name: string): BlockRule {
  const found = md.block.ruler.getRules("").find((rule) => rule.name === name);
  if (found === undefined) throw new Error(`markdown-it has no block rule ${name}`);
  return found;
}

/** Definitions of links are shown: what is not shown is lost. Footnotes look like them and are none. */
function keepDefinitions(md: Tokenizer): void {
  const read = blockRule(md, "reference");
  md.block.ruler.at("reference", (state, startLine, endLine, silent) => {
    const at = (state.bMarks[startLine] ?? 0) + (state.tShift[startLine] ?? 0);
    delete state.env.references;
    if (state.src.startsWith("[^", at) || !read(state, startLine, endLine, silent)) return false;
    if (silent) return true;
    const token = state.push("definition", "", 0);
    token.map = [startLine, state.line];
    token.meta = { references: state.env.references };
    token.content = state.getLines(startLine, state.line, state.blkIndent, false).trim();
    return true;
  });
}

const HOLDS_ITS_LINE = /^(?:>|[-+*]\s|\d{1,9}[.)]\s|#{1,6}\s|~{3}|`{3,}[^`]*$)/u;

/** The rows of tables as written: markdown-it drops the cells that are too many. */
function keepTableLines(md: Tokenizer): void {
  const read = blockRule(md, "table");
  const options = { alt: ["paragraph", "reference"] };
  md.block.ruler.at(
    "table",
    (state, startLine, endLine, silent) => {
      const first = state.tokens.length;
      const at = (state.bMarks[startLine] ?? 0) + (state.tShift[startLine] ?? 0);
      // A quote, an item, a heading or a fence holds its line, pipes and all.
      if (HOLDS_ITS_LINE.test(state.src.slice(at, state.eMarks[startLine]))) return false;
      // Dashes alone underline a heading.
      if (startLine + 1 < endLine && /^\s*-+\s*$/u.test(state.getLines(startLine + 1, startLine + 2, 0, false)))
        return false;
      if (!read(state, startLine, endLine, silent)) return false;
      const token = state.tokens[first];
      if (!silent && token !== undefined)
        token.meta = { lines: state.getLines(startLine, state.line, state.blkIndent, false).split("\n") };
      return true;
    },
    options,
  );
}

/** Longest front matter that is looked for, in lines. */
const FRONT_MATTER_MAX = 40;

/** What a text's first lines are when they may become front matter: a rule, a setting, more of them, but no empty line. */
const FRONT_MATTER_BEGUN = /^-{1,3}$|^---\n(?:[a-z_][\w -]*|[a-z_][\w -]*:(?: [^\n]*)?(?:\n[^\n]+){0,40}\n?)?$/iu;

/** Whether a text that grows may turn out to begin with front matter. */
export function mayBeFrontMatter(text: string, [first]: readonly Block[]): boolean {
  if (!text.startsWith("-") || !FRONT_MATTER_BEGUN.test(text)) return false;
  // Its last line may still become another one.
  return first?.kind !== "code" || text.split("\n", first.to + 1).length <= first.to;
}

/** Settings between two rules at a text's beginning, which would else be a rule and a heading. */
function readFrontMatter(md: Tokenizer): void {
  md.block.ruler.before("table", "front_matter", (state, startLine, endLine, silent) => {
    if (startLine !== 0 || silent || state.env["begins"] !== true || state.level > 0) return false;
    const line = (at: number): string => state.getLines(at, at + 1, 0, false);
    if (line(0) !== "---" || !/^[a-z_][\w -]*:(?: |$)/iu.test(line(1))) return false;
    let end = 2;
    while (end < Math.min(endLine, FRONT_MATTER_MAX) && !/^(?:---)?$/u.test(line(end).trimEnd())) end++;
    if (end >= endLine || line(end).trimEnd() !== "---") return false;
    const token = state.push("front_matter", "", 0);
    token.content = state.getLines(1, end, 0, true);
    token.map = [0, end + 1];
    state.line = end + 1;
    return true;
  });
}

const md = createTokenizer();

/** Definitions of links that are known: more of them than anybody writes are only text, or each paragraph would cost as many. */
const DEFINITIONS_MAX = 200;

/** The links that a text defines; never changed, so that whoever has them keeps them. */
export interface Definitions {
  readonly references: NonNullable<Env["references"]>;
  readonly count: number;
}

export const NO_DEFINITIONS: Definitions = { references: {}, count: 0 };

/** What is known after the token `definition`: of two definitions of a label the first counts. */
export function defined(known: Definitions, definition: Token): Definitions {
  const found: unknown = definition.meta?.["references"];
  if (typeof found !== "object" || found === null || known.count >= DEFINITIONS_MAX) return known;
  return { references: { ...found, ...known.references }, count: known.count + 1 };
}

/** All links that a text defines. */
export const definitionsIn = (text: string): Definitions =>
  blockTokens(text, true).reduce(
    (known, token) => (token.type === "definition" ? defined(known, token) : known),
    NO_DEFINITIONS,
  );

/**
 * The blocks of a text, without what is in their paragraphs.
 * @param text has `\n` for line ends. @param begins nothing stands before it.
 */
export function blockTokens(text: string, begins: boolean): Token[] {
  const tokens: Token[] = [];
  md.block.parse(text, md, { begins }, tokens);
  return tokens;
}

/** What is in a paragraph, each token with its {@link Place} as `meta`. */
export function inlineTokens(text: string, { references, count }: Definitions): Token[] {
  const tokens: Token[] = [];
  md.inline.parse(text, md, count === 0 ? {} : { references }, tokens);
  return tokens;
}
