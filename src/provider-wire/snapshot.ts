/** From this length on, a piece that begins with all there was is the whole so far and no piece that happens to begin alike. */
const SURE_CHARS = 12;

/**
 * Text that comes as pieces, as the whole so far, or both, in one field. Told apart by its first pieces: one that begins with all there
 * was may be the whole so far (DashScope without `incremental_output`), anything else is a piece. Short ones may be both ("ha", "ha"):
 * what differs between the two readings is kept back until one of them is out.
 */
export class Snapshot {
  #said = "";
  #streamed = false;
  #kind: "pieces" | "whole" | undefined;
  /** All pieces so far, joined, and the last of them, as long as it is not known what they are. */
  #joined = "";
  #last = "";
  /** A piece began with the one before and went on. */
  #grew = false;
  #count = 0;

  /** Pieces, no sums, are what came so far. */
  get isPieces(): boolean {
    return !this.#streamed && this.#kind !== "whole" && !(this.#kind === undefined && this.#grew);
  }

  /** Text that is known to be a piece. */
  addDelta(text: string): void {
    this.#streamed = true;
    this.#said += text;
  }

  /** What `text` adds to what was said. */
  rest(text: string): string {
    // After deltas it can only be the sum; one that differs has nothing new to say that could be told now.
    if (this.#streamed || this.#kind === "whole") return this.#tail(text);
    if (this.#kind === "pieces") return this.#say(text);
    return this.#first(text);
  }

  /** The text is over: what was kept back. */
  end(): string {
    if (this.#kind !== undefined || this.#streamed || this.#count < 2) return "";
    // Once more the same is how many streams of sums end.
    return this.#grew || this.#count === 2 ? this.#tail(this.#last) : this.#decide("pieces");
  }

  #first(text: string): string {
    if (text === "") return this.#count > 1 ? this.#decide("pieces") : "";
    const begins = text.startsWith(this.#last);
    this.#joined += text;
    if (this.#count++ === 0) {
      this.#last = text;
      return this.#say(text);
    }
    if (!begins) return this.#decide("pieces");
    const grows = text.length > this.#last.length;
    const sure = grows && this.#last.length >= SURE_CHARS;
    this.#last = text;
    this.#grew ||= grows;
    return sure ? this.#decide("whole") : "";
  }

  #decide(kind: "pieces" | "whole"): string {
    this.#kind = kind;
    return this.#tail(kind === "pieces" ? this.#joined : this.#last);
  }

  #say(text: string): string {
    this.#said += text;
    return text;
  }

  #tail(text: string): string {
    if (!text.startsWith(this.#said)) return "";
    const added = text.slice(this.#said.length);
    this.#said = text;
    return added;
  }
}
