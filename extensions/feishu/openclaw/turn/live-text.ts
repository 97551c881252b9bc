import { mayBeSilent } from "./hold-silent.ts";

/** A last line that begins like a tool call written as text, which the host may take for one. */
const TEXT_TOOL_CALL = /(?:^|\n)[ \t]*(?:\[|\{|<function=|<\|)[^\n]*$/u;
/** The beginning of something that the host may take out: `[[…`, a tag, a `MEDIA:` line. */
const UNFINISHED = /(?:\[\[?[^\]\n]{0,80}|<\/?[A-Za-z_|][^>\n]{0,40}|<\/?)$/u;
const MEDIA_PREFIX = /(?:^|\n)[ \t]*(?:M|ME|MED|MEDI|MEDIA|MEDIA:[^\n]*)$/u;

/** The host's own ways of taking things out of a text that are not for the reader. */
export interface Strippers {
  /** Reasoning in tags such as `<think>…</think>`, also while it is not closed. */
  stripReasoning(text: string): string;
  /** Inline directives such as `[[reply_to_current]]`. */
  stripDirectives(text: string): string;
}

/**
 * What of a model's raw text may be shown while it is still being written: what the host takes out of the final text (reasoning
 * tags, inline directives, `MEDIA:` lines, silent answers) is taken out here too, and what could become one of these is held back.
 */
export function toLiveText(raw: string, strippers: Strippers): string {
  const held = raw.replace(TEXT_TOOL_CALL, "").replace(UNFINISHED, "").replace(MEDIA_PREFIX, "");
  const shown = strippers
    .stripDirectives(strippers.stripReasoning(held))

    .replace(/^[ \t]*MEDIA:[^\n]*\n?/gmu, "")
    .trimEnd();
  return mayBeSilent(shown) ? "" : shown;
}

/** The running text of one message from both sources: the host's own, and the model's as it arrives. */
export class LiveText {
  readonly #strippers: Strippers;
  #raw = "";
  #partial = "";
  #beforeTool = false;

  constructor(strippers: Strippers) {
    this.#strippers = strippers;
  }

  /** A new model call: a new message. */
  begin(): void {
    this.#raw = "";
    this.#partial = "";
    this.#beforeTool = false;
  }

  /** More raw text. @returns what to show now; undefined: nothing but what the host has handed over */
  add(delta: string): string | undefined {
    this.#raw += delta;
    return this.#shown();
  }

  /** The model calls a tool: what it has said is commentary, whose end the host decides. */
  toolCalled(): void {
    this.#beforeTool = true;
  }

  /** The host's own running text, which is always right. @returns what to show now */
  confirm(text: string): string {
    this.#partial = text;
    return this.#shown() ?? text;
  }

  /** The raw text counts only while it goes on from what the host has handed over. */
  #shown(): string | undefined {
    if (this.#beforeTool) return undefined;
    const live = toLiveText(this.#raw, this.#strippers);
    return live.length > this.#partial.length && live.startsWith(this.#partial.trimEnd()) ? live : undefined;
  }
}
