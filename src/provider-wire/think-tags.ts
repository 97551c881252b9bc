import type { WirePart } from "./part.ts";
import { Thoughts } from "./thoughts.ts";

/**
 * What to do with reasoning that a model writes into its answer between tags (`<think>` and its relatives):
 * - `auto`: a tag at the very beginning of the answer or of a line opens it; tags in code and in the middle of a line are text. A closing
 *   tag without an opening one (the opener stood in the prompt's template) is left out, and what came before it stays.
 * - `always`: tags count wherever they stand
 * - `open`: the answer begins inside the tags; otherwise as `always`
 * - `off`: tags are text
 */
export type ThinkTagMode = "auto" | "always" | "open" | "off";

/** All values of {@link ThinkTagMode}. */
export const thinkTagModes: readonly ThinkTagMode[] = ["auto", "always", "open", "off"];

/**
 * Opening tags with their closing ones: Qwen, DeepSeek, GLM, MiniMax; Claude-like prompts; Gemma; prompts that ask for reasoning; Doubao
 * Seed; Kimi; Mistral; gpt-oss, where the server hands its channels on as they are.
 */
const TAGS: readonly (readonly [string, string])[] = [
  ["<think>", "</think>"],
  ["<thinking>", "</thinking>"],
  ["<thought>", "</thought>"],
  ["<reasoning>", "</reasoning>"],
  ["<seed:think>", "</seed:think>"],
  ["◁think▷", "◁/think▷"],
  ["[THINK]", "[/THINK]"],
  ["<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>"],
];
const OPENERS: readonly string[] = TAGS.map(([opener]) => opener);
const CLOSERS: readonly string[] = TAGS.map(([, closer]) => closer);
const TAG_MAX = Math.max(...[...OPENERS, ...CLOSERS].map((tag) => tag.length));
/** A character that a tag may begin with. */
const BEGINNING = /[<◁[]/u;

/**
 * Takes the reasoning out of a streamed text. Tags may be cut anywhere between two pieces; what may still become one is held back. Joined,
 * the output is the same however the text was cut.
 */
export class ThinkTags {
  readonly #mode: ThinkTagMode;
  /** A tag has been met: from then on a closing one in the middle of a line is text. */
  #met = false;
  /** The tag that ends the reasoning; undefined outside. */
  #closer: string | undefined;
  /** Text that may be the beginning of a tag. */
  #held = "";
  /** Blank text before the first word, left out when reasoning follows. */
  #lead = "";
  /** No word of the answer has been said. */
  #atStart = true;
  /** Line breaks are left out: they belong to the tag before. */
  #afterTag = false;
  #line = "";
  /** The marks that opened a block of code. */
  #fence: string | undefined;
  readonly #thoughts = new Thoughts();

  constructor(mode: ThinkTagMode) {
    this.#mode = mode;
    if (mode === "open") this.#closer = "</think>";
  }

  /** Adds text to the answer; `parts` gets what it comes to. */
  push(piece: string, parts: WirePart[]): void {
    if (this.#mode === "off") {
      parts.push({ type: "text", text: piece });
      return;
    }
    let rest = this.#held + piece;
    this.#held = "";
    while (rest !== "") {
      const at = rest.search(BEGINNING);
      if (at === -1) {
        this.#say(rest, parts);
        return;
      }
      if (at > 0) this.#say(rest.slice(0, at), parts);
      rest = rest.slice(at);
      const tag = this.#tagAt(rest);
      if (tag === "partial") {
        this.#held = rest;
        return;
      }
      const length = tag?.length ?? 1;
      if (tag === undefined) this.#say(rest.slice(0, 1), parts);
      else this.#meet(tag);
      rest = rest.slice(length);
    }
  }

  /** What reasoning that came beside the text adds to that between its tags: some servers give the same in both. */
  thought(text: string): string {
    return this.#thoughts.add("beside", text);
  }

  /** Something else follows the text: what was held back as the beginning of a tag is none. */
  flush(parts: WirePart[]): void {
    const held = this.#held;
    this.#held = "";
    if (held !== "") this.#say(held, parts);
  }

  /** The text is over: all that was held back is said. */
  end(parts: WirePart[]): void {
    this.flush(parts);
    const lead = this.#lead;
    this.#lead = "";
    if (lead !== "" && !this.#met) parts.push({ type: "text", text: lead });
  }

  /** The tag that `text` begins with, `partial` when it may become one, undefined when it is text. */
  #tagAt(text: string): string | undefined {
    const candidates = this.#candidates();
    const lower = text.slice(0, TAG_MAX).toLowerCase();
    const found = candidates.find((tag) => lower.startsWith(tag.toLowerCase()));
    if (found !== undefined) return found;
    return candidates.some((tag) => tag.toLowerCase().startsWith(lower)) ? "partial" : undefined;
  }

  #candidates(): readonly string[] {
    if (this.#closer !== undefined) return [this.#closer];
    if (this.#mode !== "auto") return [...OPENERS, ...CLOSERS];
    if (this.#isCode()) return [];
    if (this.#line.trim() === "") return [...OPENERS, ...CLOSERS];
    return this.#met ? [] : CLOSERS;
  }

  #meet(tag: string): void {
    const opened = TAGS.find(([opener]) => opener === tag);
    this.#met = true;
    this.#closer = opened?.[1];
    this.#afterTag = opened !== undefined || this.#atStart;
    if (opened !== undefined && this.#atStart) this.#lead = "";
  }

  #say(given: string, parts: WirePart[]): void {
    const text = this.#afterTag ? given.replace(/^\s+/u, "") : given;
    if (text === "") return;
    this.#afterTag = false;
    if (this.#closer !== undefined) {
      const thought = this.#thoughts.add("tagged", text);
      if (thought !== "") parts.push({ type: "reasoning", text: thought });
      return;
    }
    if (this.#atStart) {
      this.#lead += text;
      if (this.#lead.trim() === "") return;
      this.#atStart = false;
      const first = this.#lead;
      this.#lead = "";
      this.#follow(first);
      parts.push({ type: "text", text: first });
      return;
    }
    this.#follow(text);
    parts.push({ type: "text", text });
  }

  /** Keeps track of the line and of code. */
  #follow(text: string): void {
    let from = 0;
    for (;;) {
      const end = text.indexOf("\n", from);
      if (end === -1) break;
      this.#endLine(this.#line + text.slice(from, end));
      this.#line = "";
      from = end + 1;
    }
    this.#line += text.slice(from);
  }

  #endLine(line: string): void {
    const mark = /^\s{0,3}(`{3,}|~{3,})/u.exec(line)?.[1];
    if (mark === undefined) return;
    if (this.#fence === undefined) this.#fence = mark;
    else if (mark.startsWith(this.#fence)) this.#fence = undefined;
  }

  #isCode(): boolean {
    if (this.#fence !== undefined) return true;
    let marks = 0;
    for (let at = this.#line.indexOf("`"); at !== -1; at = this.#line.indexOf("`", at + 1)) marks++;
    return marks % 2 === 1 || /^\s{0,3}(?:`{3,}|~{3,})/u.test(this.#line);
  }
}
