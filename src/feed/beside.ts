import type { ToolUpdate } from "../stream/index.ts";

/** What is shown beside the text of a reply. */
export interface Beside {
  /** Added to the reasoning. */
  readonly reasoning?: string | undefined;
  readonly tool?: ToolUpdate | undefined;
}

/** What a tool's line costs besides its words, so that many tiny tools are bounded too. */
const CHARS_OF_A_LINE = 64;

/** Counts what a reply is given beside its text, in characters: reasoning grows, a tool's line takes the place of its last. */
export class BesideRoom {
  readonly #maxChars: number;
  readonly #lines = new Map<string, number>();
  #used = 0;

  constructor(maxChars: number) {
    this.#maxChars = maxChars;
  }

  /** Whether there is room for it; if so, it is counted. */
  take({ reasoning = "", tool }: Beside): boolean {
    const line = tool === undefined ? 0 : lineChars(tool);
    const before = tool === undefined ? 0 : (this.#lines.get(tool.id) ?? 0);
    const used = this.#used + reasoning.length + line - before;
    if (used > this.#maxChars) return false;
    this.#used = used;
    if (tool !== undefined) this.#lines.set(tool.id, line);
    return true;
  }
}

const lineChars = ({ id, name, detail = "" }: ToolUpdate): number =>
  CHARS_OF_A_LINE + id.length + name.length + detail.length;
