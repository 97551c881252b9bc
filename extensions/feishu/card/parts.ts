import { inertText, toCardMarkdown } from "../dialect/index.ts";
import type { ElementJson } from "./layout.ts";

/**
 * The parts of cards that carry words, made in one place: what a model or a person wrote goes through the dialect here, and nowhere is
 * such a part written by hand (test/feishu/card/one-way-out.test.ts).
 */

/** A Markdown element of any words. Nobody is mentioned in it, and pictures are links. */
export const markdownElement = (markdown: string, more: ElementJson = {}): ElementJson =>
  writtenElement(toCardMarkdown(markdown), more);

/** A Markdown element of what the dialect has written already. */
export const writtenElement = (written: string, more: ElementJson = {}): ElementJson => ({
  tag: "markdown",
  content: written,
  ...more,
});

/** Words of a title, a label or a choice, which Feishu shows as they are. */
export const plainText = (words: string): ElementJson => ({ tag: "plain_text", content: inertText(words) });
