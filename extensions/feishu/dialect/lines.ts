/**
 * Lines of ours as one paragraph of a card, each of which is shown as a line: a newline alone may be shown as a space.
 * @param lines none of which begins a block of Markdown, or goes on in the next
 * @see Feishu rich text: line breaks (one newline may be ignored), HTML that is allowed
 */
export const inLines = (lines: readonly string[]): string => lines.join("<br>");
