import type { CliIo } from "./io.ts";
import { printableLines } from "./terminal-text.ts";

/** Begins a line that takes the place of the last one on a terminal. */
export const REWRITE_LINE = "\r\u001B[K";

/**
 * Standard error as a terminal may have it, whoever named what is said there (a chat, a person, a server, a file): no escape sequence but
 * {@link REWRITE_LINE} at the beginning, no control character, no mark that turns the direction of what follows.
 * Standard output is for programs too (JSON, completions): what writes names there cleans them itself.
 */
export const withCleanErr = (io: CliIo): CliIo => ({
  ...io,
  // A terminal may be resized.
  get columns() {
    return io.columns;
  },
  drawErr: io.err,
  err(text) {
    const head = text.startsWith(REWRITE_LINE) ? REWRITE_LINE : "";
    io.err(`${head}${printableLines(text.slice(head.length))}`);
  },
});
