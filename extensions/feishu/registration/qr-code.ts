import { renderUnicodeCompact } from "uqr";

/** White blocks on black whatever the terminal's colours are: not every telephone reads a code the other way round. */
const WHITE_ON_BLACK = "\u001B[97;40m";
const RESET = "\u001B[0m";

/** A code for a terminal, two rows of it in a line; undefined when it needs more columns than there are. */
export function qrCode(text: string, columns: number): string | undefined {
  const lines = renderUnicodeCompact(text, { ecc: "L", border: 1 }).split("\n");
  if ((lines[0]?.length ?? 0) > columns) return undefined;
  return lines.map((line) => `${WHITE_ON_BLACK}${line}${RESET}`).join("\n");
}
