/**
 * How much of a text is on the screen: the arithmetic of Feishu's typewriter, without a clock or a document.
 *
 * Every `frequencyMs` another `step` characters appear. When a longer text arrives while the last one is still typing,
 * `fast` shows the rest of the last one at once and types the new tail, and `delay` types everything in order. A text that
 * does not extend the last one is shown whole, at once (docs/en/reference/platform.md; CardKit v1, streaming text update).
 *
 * Lengths are counted in characters a reader sees, so Markdown markers take no time.
 *
 * @typedef {{ frequencyMs: number, step: number, strategy: "fast" | "delay" }} Print
 */
export class Typewriter {
  /** Characters on the screen. */
  shown;
  /** Characters the screen will show when typing has caught up. */
  goal;
  #carryMs = 0;

  /** @param {number} length characters of the first text, shown at once */
  constructor(length) {
    this.shown = length;
    this.goal = length;
  }

  /** Whether there is anything left to type. */
  get typing() {
    return this.shown < this.goal;
  }

  /**
   * A text that extends the last one.
   *
   * @param {number} length visible characters of the new text
   * @param {Print} print
   */
  extend(length, print) {
    if (!this.typing) this.#carryMs = 0;
    if (print.strategy === "fast") this.shown = this.goal;
    this.shown = Math.min(this.shown, length);
    this.goal = length;
  }

  /** A text shown at once. @param {number} length */
  show(length) {
    this.shown = length;
    this.goal = length;
    this.#carryMs = 0;
  }

  /** Shows what is still untyped: the streaming mode was turned off. */
  finish() {
    this.show(this.goal);
  }

  /**
   * Lets time pass.
   *
   * @param {number} ms since the last call
   * @param {Print} print
   * @returns {boolean} whether more is on the screen than before
   */
  advance(ms, print) {
    if (!this.typing) return false;
    const every = Math.max(1, print.frequencyMs);
    this.#carryMs += ms;
    const ticks = Math.floor(this.#carryMs / every);
    if (ticks === 0) return false;
    this.#carryMs -= ticks * every;
    this.shown = Math.min(this.goal, this.shown + ticks * Math.max(1, print.step));
    return true;
  }
}
