import { breaksIn, NO_CARRY, safeCut, seamAt } from "../text/index.ts";
import type { Carry, TextBreak } from "../text/index.ts";
import type { Delta } from "./text-input.ts";

/** Where blocks preferably end; each falls back to the ones after it, then to white space, then to a hard cut. */
export type BreakPreference = "paragraph" | "newline" | "sentence";

export interface BlockChunkerOptions {
  /** UTF-16 units below which no block is emitted before the end, if it can be helped. @defaultValue 800 */
  readonly minChars?: number | undefined;
  /** UTF-16 units that no block exceeds. At least 50. @defaultValue 1200 */
  readonly maxChars?: number | undefined;
  /** @defaultValue "paragraph" */
  readonly breakPreference?: BreakPreference | undefined;
}

/** A finished piece of a reply. */
export interface Block {
  /** The block as a message of its own: a fence that was cut is closed, and opened again at the start of the next block. */
  readonly text: string;
  /** The part of the reply it stands for. All blocks' sources joined are the reply, unit for unit. */
  readonly source: string;
}

const RANK: Record<TextBreak["kind"], number> = { paragraph: 0, newline: 1, sentence: 2, word: 3, code: 4 };
const LEAST_MAX_CHARS = 50;
/** Units past `maxChars` that a cut may look at: how the next line begins decides what is carried over. */
const LOOKAHEAD = 64;

/** A positive whole number, or a `TypeError` that names the option. */
function count(name: string, value: number, least: number): number {
  if (Number.isInteger(value) && value >= least) return value;
  throw new TypeError(`${name} must be a whole number of at least ${least}, got ${value}`);
}

/**
 * Cuts a reply that is being written into blocks: as soon as `minChars` are there and a break of the preferred kind follows, at the
 * latest before `maxChars`, and then at the best break there is. Never inside a code fence unless the fence alone is too long.
 * The blocks depend on the reply's text only, not on how its deltas were cut.
 * @see openclaw `docs/concepts/streaming.md`, "Chunking algorithm (low/high bounds)" (2026.9.6)
 */
export class BlockChunker {
  readonly #minChars: number;
  readonly #maxChars: number;
  readonly #preferred: number;
  #buffer = "";
  #carry: Carry = NO_CARRY;

  /** @throws TypeError when a limit is not a whole number, too small, or `minChars` exceeds `maxChars`. */
  constructor(options: BlockChunkerOptions = {}) {
    this.#maxChars = count("maxChars", options.maxChars ?? 1_200, LEAST_MAX_CHARS);
    this.#minChars = count("minChars", options.minChars ?? Math.min(800, this.#maxChars), 1);
    if (this.#minChars > this.#maxChars) {
      throw new TypeError(`minChars must not exceed maxChars, got ${this.#minChars} and ${this.#maxChars}`);
    }
    this.#preferred = RANK[options.breakPreference ?? "paragraph"];
  }

  /** Text that has come and is not part of a block yet. */
  get pending(): string {
    return this.#buffer;
  }

  /** Adds text; gives the blocks that are finished by it, in order. */
  append(delta: Delta): Block[] {
    this.#buffer += delta;
    return this.#takeAll(false);
  }

  /** Gives everything that is left, however short; the chunker can then be used for the next message. */
  flush(): Block[] {
    const blocks = this.#takeAll(true);
    const { prefix, skip } = this.#carry;
    const rest = this.#buffer.slice(skip);
    if (this.#buffer !== "") blocks.push({ text: rest === "" ? "" : prefix + rest, source: this.#buffer });
    this.#buffer = "";
    this.#carry = NO_CARRY;
    return blocks;
  }

  #takeAll(final: boolean): Block[] {
    const blocks: Block[] = [];
    for (let cut = this.#nextCut(final); cut !== undefined; cut = this.#nextCut(final)) blocks.push(this.#take(cut));
    return blocks;
  }

  /** Offset in the buffer at which a block ends, or undefined while it has to wait. */
  #nextCut(final: boolean): number | undefined {
    const { prefix, skip } = this.#carry;
    const length = prefix.length + this.#buffer.length - skip;
    if (length <= this.#minChars || this.#buffer.length <= skip) return undefined;
    const must = length > this.#maxChars + (final ? 0 : LOOKAHEAD);
    const cut = this.#cutIn(prefix + this.#ahead().slice(skip), prefix.length, must);
    return cut === undefined ? undefined : cut - prefix.length + skip;
  }

  /** As much of the buffer as the next block is decided by, however much more has come. */
  #ahead(): string {
    return this.#buffer.slice(0, this.#carry.skip + this.#maxChars - this.#carry.prefix.length + LOOKAHEAD);
  }

  /** The cut in the rendered text of the block to be; `must` says that it is too long already. */
  #cutIn(text: string, start: number, must: boolean): number | undefined {
    const best = new Map<TextBreak["kind"], number>();
    let early: number | undefined;
    for (const { at, kind } of breaksIn(text, start, this.#maxChars)) {
      if (at < this.#minChars) {
        if (kind === "paragraph" || kind === "newline") early = at;
      } else if (RANK[kind] <= this.#preferred) return at;
      if (must && (kind === "code" ? this.#closesAt(at) : at >= this.#minChars)) best.set(kind, at);
    }
    if (!must) return undefined;
    const outside = best.get("newline") ?? best.get("sentence") ?? best.get("word");
    return outside ?? early ?? best.get("code") ?? this.#hardCut(text, start);
  }

  /** Whether a block that ends at `at` of its rendered text has room for closing the fence that is open there. */
  #closesAt(at: number): boolean {
    return at + this.#seam(at - this.#carry.prefix.length + this.#carry.skip).close.length <= this.#maxChars;
  }

  /** The last place that leaves room for closing the fence open there (a cut at a line's start needs one unit less for that). */
  #hardCut(text: string, start: number): number {
    let cut = safeCut(text, this.#maxChars, start);
    for (let next = cut; !this.#closesAt(cut); cut = next) {
      next = safeCut(text, cut - 1, start);
      // A surrogate pair right at the start: there is nothing smaller.
      if (next >= cut) break;
    }
    return cut;
  }

  #seam(end: number): ReturnType<typeof seamAt> {
    const limits = { maxChars: this.#maxChars, maxBytes: this.#maxChars * 3, maxTables: Infinity };
    return seamAt(this.#ahead(), 0, this.#carry, end, limits);
  }

  #take(end: number): Block {
    const { close, next } = this.#seam(end);
    const block = {
      text: this.#carry.prefix + this.#buffer.slice(this.#carry.skip, end) + close,
      source: this.#buffer.slice(0, end),
    };
    this.#buffer = this.#buffer.slice(end);
    // Only fences are carried: blocks may be joined again, and a list or table must not begin twice then.
    this.#carry = close === "" ? NO_CARRY : next;
    return block;
  }
}
