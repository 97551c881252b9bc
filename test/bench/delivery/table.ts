/** One writer in one scenario. Times in ms, sizes as ratios. */
export interface Row {
  readonly scenario: string;
  readonly writer: string;
  readonly replies: number;
  /** Lag from model to what Feishu holds, per character. */
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  /** Lag to the reader's eyes under the typewriter's rules, per character. */
  readonly eyesP95: number;
  readonly firstGlyph: number;
  /** From the model's last character until all text is held. */
  readonly finish: number;
  readonly calls: number;
  readonly rejected: number;
  readonly bytesOverText: number;
  /** Part of the text before the first character that is wrong or missing in the end. */
  readonly shown: number;
  /** Cards left in streaming mode. */
  readonly open: number;
}

/** The smallest value that at least `share` of the values do not exceed; NaN of nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

const COLUMNS: readonly [title: string, value: (row: Row) => string][] = [
  ["writer", (row) => row.writer],
  ["p50", (row) => ms(row.p50)],
  ["p95", (row) => ms(row.p95)],
  ["max", (row) => ms(row.max)],
  ["eyes p95", (row) => ms(row.eyesP95)],
  ["1st glyph", (row) => ms(row.firstGlyph)],
  ["finish", (row) => ms(row.finish)],
  ["calls", (row) => String(row.calls)],
  ["rejected", (row) => String(row.rejected)],
  ["bytes/text", (row) => row.bytesOverText.toFixed(1)],
  ["right up to", (row) => `${(row.shown * 100).toFixed(1)} %`],
  ["left open", (row) => String(row.open)],
];

function ms(value: number): string {
  return Number.isFinite(value) ? String(Math.round(value)) : "never";
}

export function printRows(rows: readonly Row[]): void {
  for (const scenario of new Set(rows.map((row) => row.scenario))) {
    console.log(`\n${scenario} (ms)`);
    const lines = [
      COLUMNS.map(([title]) => title),
      ...rows.filter((row) => row.scenario === scenario).map((row) => COLUMNS.map(([, value]) => value(row))),
    ];
    const widths = COLUMNS.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
    for (const line of lines) {
      console.log(
        `  ${line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join("  ")}`,
      );
    }
  }
}
