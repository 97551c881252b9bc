/** A row of a pipe table: its cells as written, space included, and whether it has its outer pipes. */
export interface Row {
  readonly cells: readonly string[];
  readonly leads: boolean;
  readonly trails: boolean;
}

/** Longest code of a cell that may hold pipes, in UTF-16 units. */
export const CELL_CODE_MAX = 512;

/**
 * Splits a row at the pipes that are not escaped and not in code: GFM splits code, too, but nobody who writes `` `a | b` `` means two
 * cells. @see GFM 0.29, 4.10 Tables (extension)
 */
export function splitRow(row: string): Row {
  const line = row.trimStart();
  const cells: string[] = [];
  let from = 0;
  for (let at = 0; at < line.length; at++) {
    if (line.charAt(at) === "\\") at++;
    else if (line.charAt(at) === "`") at = codeEnd(line, at) - 1;
    else if (line.charAt(at) === "|") {
      cells.push(line.slice(from, at));
      from = at + 1;
    }
  }
  cells.push(line.slice(from));
  const leads = cells.length > 1 && cells[0] === "";
  const trails = cells.length > (leads ? 2 : 1) && cells.at(-1)?.trim() === "";
  return { cells: cells.slice(leads ? 1 : 0, trails ? -1 : undefined), leads, trails };
}

/** Where the code ends whose marks begin at `at`, or those marks when it does not. */
function codeEnd(line: string, at: number): number {
  const marks = /^`+/u.exec(line.slice(at))?.[0] ?? "`";
  const over = at + marks.length;
  const close = findRun(line.slice(0, at + CELL_CODE_MAX), over, marks.length);
  return close < 0 ? over : close + marks.length;
}

/** Where a run of exactly `length` backquotes begins, from `from` on; -1 when there is none. */
export function findRun(text: string, from: number, length: number): number {
  for (let at = text.indexOf("`", from); at >= 0;) {
    let over = at;
    while (text.charAt(over) === "`") over++;
    if (over - at === length) return at;
    at = text.indexOf("`", over);
  }
  return -1;
}
