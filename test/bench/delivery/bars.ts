import type { Costs } from "./costs.ts";
import { SCENARIOS } from "./scenario.ts";
import type { Row } from "./table.ts";

/** What the reader's client may take to type, beyond what Feishu takes to hold the text, ms. */
const EYES_MS = 100;
/** CPU of the engine for 1,000 deltas, ms. */
const ENGINE_MS = 20;
/** One round trip at its mean, ms. */
const ROUND_TRIP_MS = 80;

/** The bars the product holds itself to; gives a line for each that is missed. */
export function checkBars(rows: readonly Row[], costs: Costs | undefined): string[] {
  const missed: string[] = [];
  const expectAtMost = (what: string, value: number, bar: number): void => {
    if (!(value <= bar)) missed.push(`${what}: ${value.toFixed(2)}, the bar is ${bar.toFixed(2)}`);
  };
  const ours = rows.filter(({ writer }) => writer === "cardstream");
  for (const row of ours) {
    const { scenario } = row;
    const { bars } = SCENARIOS.find(({ name }) => name === scenario) ?? {};
    if (bars !== undefined) {
      if (bars.firstGlyph !== undefined) expectAtMost(`${scenario}: first glyph, ms`, row.firstGlyph, bars.firstGlyph);
      if (bars.p95 !== undefined) expectAtMost(`${scenario}: p95 lag, ms`, row.p95, bars.p95);
      if (bars.max !== undefined) expectAtMost(`${scenario}: longest wait, ms`, row.max, bars.max);
    }
    expectAtMost(`${scenario}: text not shown, %`, 100 * (1 - row.shown), 0);
    expectAtMost(`${scenario}: p95 lag of the eyes beyond that of the text, ms`, row.eyesP95 - row.p95, EYES_MS);
    const best = rows.find(({ writer, scenario }) => writer === "ideal writer" && scenario === row.scenario);
    if (best === undefined) continue;
    expectAtMost(`${row.scenario}: p95 lag over ideal`, row.p95 / best.p95, row.replies === 1 ? 1.15 : 1.3);
    expectAtMost(`${row.scenario}: finish lag beyond ideal, ms`, row.finish - best.finish, ROUND_TRIP_MS);
    expectAtMost(`${row.scenario}: rejected calls`, row.rejected, 0);
    expectAtMost(`${row.scenario}: cards left open`, row.open, 0);
  }
  const short = ours.find(({ scenario }) => scenario.startsWith("12k mixed"));
  const long = ours.find(({ scenario }) => scenario.startsWith("48k mixed"));
  if (short !== undefined) expectAtMost("bytes over text at 12,000 characters", short.bytesOverText, 12);
  if (short !== undefined && long !== undefined) {
    expectAtMost("bytes over text, 48,000 over 12,000 characters", long.bytesOverText / short.bytesOverText, 1.1);
  }
  if (costs !== undefined)
    expectAtMost("CPU of the engine for 1,000 deltas, ms", costs.engineMsPer1000Deltas, ENGINE_MS);
  if (costs !== undefined) expectAtMost("KB of memory per open reply", costs.bytesPerOpenReply / 1024, 64);
  return missed;
}
