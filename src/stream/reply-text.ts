import type { Delta, Snapshot } from "./text-input.ts";

/** Between two messages of one reply. */
const SEPARATOR = "\n\n";

/**
 * The text of one reply, fed by deltas and snapshots. Both may be mixed: a snapshot replaces the current message, a delta is
 * added to it. Nothing is ever guessed from the text itself, so repeated tokens ("ha", "ha") stay repeated.
 */
export class ReplyText {
  #base = "";
  #current = "";
  #separator = "";
  /** Offset below which the text has not changed since the last `takeChange()`. */
  #changedFrom = Infinity;

  /** Everything the reader is to see. */
  get value(): string {
    return this.#current === "" ? this.#base : this.#base + this.#separator + this.#current;
  }

  get length(): number {
    return this.#base.length + (this.#current === "" ? 0 : this.#separator.length + this.#current.length);
  }

  /** What the current message says so far. */
  get current(): string {
    return this.#current;
  }

  append(text: Delta): void {
    this.#current += text;
  }

  replace(text: Snapshot): void {
    if (text.startsWith(this.#current)) {
      this.#current = text;
      return;
    }
    this.#note(this.#base.length + this.#separator.length + commonPrefix(this.#current, text));
    this.#current = text;
  }

  /** Replaces the whole reply. */
  replaceAll(text: Snapshot): void {
    const before = this.value;
    if (!text.startsWith(before)) this.#note(commonPrefix(before, text));
    this.#base = "";
    this.#separator = "";
    this.#current = text;
  }

  /** Begins the next message; what the current one said stays when `keep`, and is given back otherwise. */
  beginMessage(keep: boolean): string {
    const said = this.#current;
    if (keep) {
      this.#base = this.value;
      this.#separator = this.#base === "" || this.#base.endsWith(SEPARATOR) ? "" : SEPARATOR;
    } else if (said !== "") {
      this.#note(this.#base.length);
    }
    this.#current = "";
    return keep ? "" : said;
  }

  /** Where the text changed other than by growing, since the last call; undefined when it only grew. */
  takeChange(): number | undefined {
    const from = this.#changedFrom;
    this.#changedFrom = Infinity;
    return from === Infinity ? undefined : from;
  }

  #note(from: number): void {
    this.#changedFrom = Math.min(this.#changedFrom, from);
  }
}

/** Length of the longest common prefix, in UTF-16 code units. */
export function commonPrefix(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  let at = 0;
  while (at < end && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  return at;
}
