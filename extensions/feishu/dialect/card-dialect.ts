import { isHeadKnown } from "../../../src/text/index.ts";
import { offsetOf, unfinishedLength, withoutUnseen } from "./characters.ts";
import type { CardOptions } from "./card-inline.ts";
import { mendCutOff } from "./cut-off.ts";
import type { WriterChoices } from "./card-writer.ts";
import { CardWriter } from "./card-writer.ts";
import { InlineReader, parseBlocks } from "./parse.ts";
import { settledEnd } from "./settled.ts";
import type { Definitions } from "./tokenizer.ts";
import { definitionsIn, mayBeFrontMatter, NO_DEFINITIONS } from "./tokenizer.ts";
import type { Block } from "./tree.ts";

/** Markdown as one element of a card shows it. */
export interface CardText {
  readonly text: string;
  /** Tables that the card's next elements may show as tables. */
  readonly tablesLeft: number;
}

/** What is known of a text's end. */
export interface Ending {
  /** More may come: what is open stays open. @defaultValue false */
  readonly grows?: boolean | undefined;
  /** The text broke off before its end, and nothing more comes: what is open is ended. @defaultValue false */
  readonly cut?: boolean | undefined;
}

export interface RenderOptions extends CardOptions, WriterChoices, Ending {
  /** Tables that may be shown as tables; more of them become code. @defaultValue any number */
  readonly tables?: number | undefined;
}

/** The blocks of a growing text that nothing can change any more. */
interface Finished {
  readonly source: string;
  readonly lines: number;
  readonly blocks: readonly Block[];
  readonly definitions: Definitions;
}

/** The blocks of a text, and what of it was known before. */
interface Reading {
  readonly blocks: readonly Block[];
  readonly done: Finished;
}

const NOTHING: Finished = { source: "", lines: 0, blocks: [], definitions: NO_DEFINITIONS };

/**
 * Makes Markdown that people and models write (CommonMark, GFM) into what Feishu's cards show. Nothing in it acts that was not
 * allowed: mentions, images, tags, links to anything but the web. One dialect serves one element whose text grows: a block that is
 * finished is not read again.
 * @see docs/en/reference/dialect.md for what becomes of each construct
 */
export class CardDialect {
  #reader = new InlineReader();
  readonly #nothing: Finished;
  #finished: Finished;
  /** What was asked last: one step of a reply asks for the same text several times. */
  #lastRead: { readonly source: string; readonly read: Reading } | undefined;
  #lastSettled = { markdown: "", end: 0 };
  #lastRendered: { readonly markdown: string; readonly options: RenderOptions; readonly text: CardText } | undefined;

  /** @param definitions links that the text defines further on. @defaultValue none: a link is one only behind its definition. */
  constructor(definitions: Definitions = NO_DEFINITIONS) {
    this.#nothing = { ...NOTHING, definitions };
    this.#finished = this.#nothing;
  }

  /** Paragraphs read so far, and characters tokenized: what tests of the cost count. */
  get cost(): { readonly reads: number; readonly characters: number } {
    return this.#reader;
  }

  /**
   * Up to which offset what is written of `markdown`, a text that grows, cannot change any more. At most one construct that has begun
   * comes after it.
   */
  settled(markdown: string): number {
    const { markdown: earlier, end } = this.#lastSettled;
    if (earlier === markdown) return end;
    // What could not change then cannot change now.
    const before = markdown.startsWith(earlier) ? end : 0;
    this.#lastSettled = { markdown, end: Math.max(before, this.#settledEnd(markdown)) };
    return this.#lastSettled.end;
  }

  #settledEnd(markdown: string): number {
    const length = markdown.length - unfinishedLength(markdown);
    const source = withoutUnseen(markdown.slice(0, length));
    const { blocks, done } = this.#read(source);
    const end =
      done.source.length + settledEnd(source.slice(done.source.length), blocks.slice(done.blocks.length), done.lines);
    return source.length === length ? end : offsetOf(markdown.slice(0, length), end);
  }

  render(markdown: string, options: RenderOptions): CardText {
    const last = this.#lastRendered;
    if (last?.markdown === markdown && areAlike(last.options, options)) return last.text;
    const seen = withoutUnseen(markdown);
    const source = options.cut === true ? mendCutOff(seen, (text) => this.#read(text).blocks) : seen;
    const { blocks } = this.#read(source);
    const { tables = Infinity, grows = false } = options;
    const writer = new CardWriter({ ...options, tables, final: !grows });
    const text = { text: writer.write(blocks, source.split("\n")), tablesLeft: writer.tablesLeft };
    // Whether an image is there may be another thing the next time.
    this.#lastRendered = writer.asksForImages ? undefined : { markdown, options, text };
    return text;
  }

  #read(source: string): Reading {
    if (this.#lastRead?.source !== source) this.#lastRead = { source, read: this.#readAnew(source) };
    return this.#lastRead.read;
  }

  #readAnew(source: string): Reading {
    if (!source.startsWith(this.#finished.source)) {
      this.#finished = this.#nothing;
      this.#reader = new InlineReader();
    }
    const done = this.#finished;
    const rest = source.slice(done.source.length);
    const { blocks: fresh, definitions } = parseBlocks(rest, this.#reader, done.lines, done.definitions);
    const blocks = [...done.blocks, ...fresh];
    const lines = source.split("\n");
    const last = fresh.at(-1);
    const begins = last === undefined ? "" : (lines[last.from] ?? "");
    if (
      last !== undefined &&
      fresh.length > 1 &&
      !mayBeFrontMatter(source, blocks) &&
      (last.from < lines.length - 1 || isLineKnown(begins))
    ) {
      const begun = lines.slice(0, last.from);
      this.#finished = {
        source: begun.length === 0 ? "" : `${begun.join("\n")}\n`,
        lines: last.from,
        blocks: blocks.slice(0, -1),
        definitions,
      };
    }
    return { blocks, done };
  }
}

/** Whether a text that asks for no image is written alike with both. */
const areAlike = (one: RenderOptions, other: RenderOptions): boolean =>
  one.mentionable === other.mentionable &&
  one.grows === other.grows &&
  one.cut === other.cut &&
  one.tables === other.tables &&
  one.post === other.post;

/** Whether a line that has not ended is certain to begin the block that it begins now. */
const isLineKnown = (line: string): boolean => !/^[\s>]*`{3,}[^`]*$/u.test(line) && isHeadKnown(line, 0, line.length);

/** Feishu refuses a card with more tables in its Markdown (230099 with 11310). */
const TABLES_MAX = 5;
const NOTHING_ALLOWED: CardOptions = { mentionable: new Set(), imageKey: () => undefined };

/**
 * A whole text as one element of a card shows it.
 * @param options what it may do. @defaultValue nobody is mentioned, pictures are links, five tables
 */
export function toCardMarkdown(markdown: string, options: Partial<RenderOptions> = {}): string {
  const definitions = markdown.includes("]:") ? definitionsIn(withoutUnseen(markdown)) : NO_DEFINITIONS;
  return new CardDialect(definitions).render(markdown, { tables: TABLES_MAX, ...NOTHING_ALLOWED, ...options }).text;
}
