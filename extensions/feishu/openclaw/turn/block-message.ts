/**
 * The text of one assistant message that the host delivers in two ways at once: as running text (every update the whole text so
 * far) and, when block streaming is on, as completed blocks. Both say the same, but not character by character: blocks are
 * trimmed, and a block cut inside a code fence closes and reopens it. Running text is what the reader sees; blocks take over only
 * when they say something else, so nothing is shown twice and nothing is lost.
 */
export class BlockMessage {
  #partial = "";
  readonly #blocks: string[] = [];

  /** The running text so far. */
  partial(text: string): void {
    this.#partial = text;
  }

  /** A completed block. */
  block(text: string): void {
    this.#blocks.push(text);
  }

  get hasBlocks(): boolean {
    return this.#blocks.length > 0;
  }

  get isEmpty(): boolean {
    return this.#partial === "" && this.#blocks.length === 0;
  }

  /**
   * The text to show now.
   * @param complete no more blocks will come, so that a difference is real and not a block still on its way.
   */
  text(complete: boolean): string {
    if (this.#blocks.length === 0) return this.#partial;
    const joined = this.#blocks.join("\n\n");
    if (this.#partial === "") return joined;
    const seen = letters(this.#partial);
    const delivered = letters(joined);
    if (complete) return seen === delivered ? this.#partial : joined;
    return seen.startsWith(delivered) ? this.#partial : joined;
  }
}

/** What must agree between running text and blocks: everything but white space and the lines that open or close a fence. */
function letters(text: string): string {
  return text.replace(/^[ \t]*(?:`{3,}|~{3,})[^\n]*$/gmu, "").replace(/\s+/gu, "");
}
