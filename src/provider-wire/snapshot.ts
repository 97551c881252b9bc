/**
 * Text that comes as pieces, as the whole so far, or both, in one field. Told apart at the second piece: one that begins with all there
 * was is the whole so far (DashScope without `incremental_output`), anything else is a piece.
 */
export class Snapshot {
  #said = "";
  #streamed = false;
  #pieces = 0;
  #kind: "pieces" | "whole" | undefined;

  /** Pieces, no sums, are what came so far. */
  get isPieces(): boolean {
    return !this.#streamed && this.#kind !== "whole";
  }

  /** Text that is known to be a piece. */
  addDelta(text: string): void {
    this.#streamed = true;
    this.#said += text;
  }

  /** What `text` adds to what was said. */
  rest(text: string): string {
    if (text === "") return "";
    // After deltas it can only be the sum; one that differs has nothing new to say that could be told now.
    if (this.#streamed) return this.#tail(text);
    if (this.#pieces++ === 1) this.#kind = text.startsWith(this.#said) ? "whole" : "pieces";
    if (this.#kind === "whole") return this.#tail(text);
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
