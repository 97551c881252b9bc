import type { Row } from "./measure.ts";
import { PATHS } from "./stage.ts";
import { SCENARIOS } from "./scenario.ts";

/** p95 of the lag of a single reply, whatever its length. */
const LAG_BAR_MS = 600;

const COLUMNS: readonly [title: string, value: (row: Row) => string][] = [
  ["plugin", (row) => row.plugin],
  ["first glyph", (row) => ms(row.firstGlyph)],
  ["lag p50", (row) => ms(row.lagP50)],
  ["p95", (row) => ms(row.lagP95)],
  ["max", (row) => ms(row.lagMax)],
  ["after handing over p50", (row) => ms(row.handedP50)],
  ["p95", (row) => ms(row.handedP95)],
  ["after letting go p95", (row) => ms(row.letGoP95)],
  ["finish", (row) => ms(row.finishLag)],
  ["calls", (row) => String(row.calls)],
  ["rejected", (row) => String(row.rejected)],
  ["lost", (row) => String(row.lost)],
  ["doubled", (row) => String(row.doubled)],
  ["taken back", (row) => String(row.takenBack)],
  ["open", (row) => String(row.open)],
];

const ms = (value: number | null): string => (value === null ? "–" : String(Math.round(value)));

/** All rows in one Markdown table, the plugins of one case below each other. */
export function toTable(rows: readonly Row[]): string {
  const lines = [
    `| scenario | path | ${COLUMNS.map(([title]) => title).join(" | ")} |`,
    `| --- | --- | --- |${" ---: |".repeat(COLUMNS.length - 1)}`,
  ];
  for (const { name: scenario } of SCENARIOS) {
    for (const { name: path } of PATHS) {
      for (const row of rows.filter((one) => one.scenario === scenario && one.path === path))
        lines.push(`| ${scenario} | ${path} | ${COLUMNS.map(([, value]) => value(row)).join(" | ")} |`);
    }
  }
  return lines.join("\n");
}

/** Writes `text` between the marks of the page that shows the figures. */
export function writeFigures(page: string, text: string): string {
  const [start, end] = ["<!-- figures -->", "<!-- /figures -->"];
  const [before, rest] = page.split(start);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`the page has no ${start} … ${end}`);
  return `${before}${start}\n\n${text}\n\n${end}${after}`;
}

/** What this plugin does worse than it promises, in words. */
export function findMissed(rows: readonly Row[]): string[] {
  return rows
    .filter(({ plugin }) => plugin === "ours")
    .flatMap((row) => {
      const calm = SCENARIOS.some(({ name, calm: single }) => single && name === row.scenario);
      // With the default and `openai-completions` the host itself falls silent, and with a long text it keeps its thread to itself
      // after it has handed that over: only the time since then is ours.
      const live = PATHS.some(
        ({ name, live: consented, api }) => name === row.path && (consented || api === "anthropic-messages"),
      );
      const [lag, what] = live ? [row.lagP95, "the model"] : [row.letGoP95, "the host"];
      const missed = [
        ...(row.lost > 0 ? [`${row.lost} words lost`] : []),
        ...(row.doubled > 0 ? [`${row.doubled} words doubled`] : []),
        ...(row.open > 0 ? [`${row.open} cards left open`] : []),
        ...(calm && !(lag !== null && lag <= LAG_BAR_MS)
          ? [`p95 ${ms(lag)} ms behind ${what}, not ${LAG_BAR_MS}`]
          : []),
      ];
      return missed.length === 0 ? [] : [`${row.scenario}, ${row.path}: ${missed.join(", ")}`];
    });
}
