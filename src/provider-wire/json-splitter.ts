/** A piece of a text that holds JSON values one after the other. */
export interface JsonPiece {
  /** `value`: a whole object, as text; `other`: what stood between them and is no JSON. */
  readonly kind: "value" | "other";
  readonly text: string;
}

/**
 * Cuts a text into the JSON objects that stand in it one after the other: one a line (NDJSON), without anything between, or as the items
 * of one list (Gemini without `alt=sse`). The text may come in any pieces.
 */
export class JsonSplitter {
  #buffer = "";
  /** Where in the buffer the next character to look at stands. */
  #at = 0;
  /** Where the object or the other text began. */
  #from = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #isOther = false;

  /** Characters that are kept because their object is not whole. */
  get pending(): number {
    return this.#buffer.length;
  }

  /** What `text` completes, in order. */
  push(text: string): JsonPiece[] {
    const pieces: JsonPiece[] = [];
    this.#buffer += text;
    const buffer = this.#buffer;
    for (; this.#at < buffer.length; this.#at++) {
      const char = buffer.charCodeAt(this.#at);
      if (this.#depth > 0) this.#inside(char, pieces);
      else this.#outside(char, pieces);
    }
    const keep = this.#depth > 0 || this.#isOther ? this.#from : this.#at;
    this.#buffer = buffer.slice(keep);
    this.#at -= keep;
    this.#from = 0;
    return pieces;
  }

  /** The text is over: what is left is no whole object. */
  end(): JsonPiece[] {
    const rest = this.#buffer.trim();
    this.#buffer = "";
    this.#at = 0;
    return rest === "" ? [] : [{ kind: "other", text: rest }];
  }

  #inside(char: number, pieces: JsonPiece[]): void {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (char === BACKSLASH) this.#escaped = true;
      else if (char === QUOTE) this.#inString = false;
      return;
    }
    if (char === QUOTE) this.#inString = true;
    else if (char === OPEN || char === OPEN_LIST) this.#depth++;
    else if ((char === CLOSE || char === CLOSE_LIST) && --this.#depth === 0)
      pieces.push({ kind: "value", text: this.#buffer.slice(this.#from, this.#at + 1) });
  }

  #outside(char: number, pieces: JsonPiece[]): void {
    if (this.#isOther) {
      // Whatever is no JSON ends with its line, or where an object begins.
      if (char !== LF && char !== OPEN) return;
      const text = this.#buffer.slice(this.#from, this.#at).trim();
      this.#isOther = false;
      if (text !== "") pieces.push({ kind: "other", text });
    }
    if (char === OPEN) {
      this.#depth = 1;
      this.#from = this.#at;
    } else if (!BETWEEN.has(char)) {
      this.#isOther = true;
      this.#from = this.#at;
    }
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const LF = 0x0a;
/** Blanks, line ends, commas and the brackets of the list around. */
const BETWEEN: ReadonlySet<number> = new Set([0x20, 0x09, LF, 0x0d, 0x2c, OPEN_LIST, CLOSE_LIST, 0x1e]);
