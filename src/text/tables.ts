/** Cells of a table row, or 0 when the row has no pipe. Escaped pipes are text. */
export function countCells(row: string): number {
  const trimmed = row.trim();
  let pipes = 0;
  for (let i = 0; i < trimmed.length; i++) {
    if (trimmed[i] === "\\") i++;
    else if (trimmed[i] === "|") pipes++;
  }
  if (pipes === 0) return 0;
  const leading = trimmed.startsWith("|") ? 1 : 0;
  const trailing = trimmed.length > 1 && trimmed.endsWith("|") && !trimmed.endsWith("\\|") ? 1 : 0;
  return pipes + 1 - leading - trailing;
}

const DELIMITER_ROW = /^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/u;

/** Whether `row` is the line below a table's header (`|---|:-:|`); it needs a pipe, here or in the header. */
function isDelimiterRow(row: string): boolean {
  return row.includes("-") && DELIMITER_ROW.test(row.trim());
}

/** Whether `header` followed by `delimiter` starts a table. */
export function startsTable(header: string, delimiter: string): boolean {
  if (!isDelimiterRow(delimiter)) return false;
  const cells = countCells(header);
  return cells > 0 && cells === Math.max(1, countCells(delimiter));
}
