/** The longest run of backticks in a text. */
const longestRun = (text: string): number => Math.max(0, ...[...text.matchAll(/`+/gu)].map(([run]) => run.length));

/**
 * A code block whose fence is longer than every run of backticks inside it.
 * @see https://spec.commonmark.org/0.31.2/#fenced-code-blocks
 */
export function toFence(code: string, language = ""): string {
  const fence = "`".repeat(Math.max(3, longestRun(code) + 1));
  return `${fence}${language}\n${code.replace(/\n$/u, "")}\n${fence}`;
}

/**
 * Inline code whose delimiters are longer than every run of backticks inside it.
 * @see https://spec.commonmark.org/0.31.2/#code-spans
 */
export function toCodeSpan(code: string): string {
  const run = longestRun(code);
  if (run === 0) return `\`${code}\``;
  const ticks = "`".repeat(run + 1);
  return `${ticks} ${code} ${ticks}`;
}

/** Marker of a fence around text that is still to come: longer than any run of backquotes that people write. */
export const LONG_FENCE: string = "`".repeat(16);
