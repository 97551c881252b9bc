/**
 * `npm run bench -- [--json] [--only TEXT] [--record]`: streams the same model output through cardstream, through the vendor's
 * createLarkChannel and through an ideal writer, over the emulator at 80 ± 40 ms a call, in virtual time. Exits 1 when a bar is missed.
 */
import { parseArgs } from "node:util";
import { checkBars } from "./bars.ts";
import { measureCosts } from "./costs.ts";
import { LATENCY_MS, measure } from "./measure.ts";
import { SCENARIOS } from "./scenario.ts";
import type { Row } from "./table.ts";
import { printRows } from "./table.ts";
import { writeRecord } from "../write-record.ts";
import { ideal, larkChannel, ours } from "./writers.ts";

const { values } = parseArgs({
  options: { json: { type: "boolean" }, only: { type: "string" }, record: { type: "boolean" } },
});
const scenarios = SCENARIOS.filter(({ name }) => values.only === undefined || name.includes(values.only));
const rows: Row[] = [];
for (const scenario of scenarios)
  for (const make of scenario.faults === undefined ? [ours, ideal, larkChannel] : [ours])
    rows.push(await measure(scenario, make));
const costs = values.only === undefined ? await measureCosts() : undefined;
const missed = checkBars(rows, costs);
// What costs processor time depends on the machine; the rest is in virtual time, and the same everywhere.
if (values.record && values.only === undefined) {
  writeRecord("delivery.json", { node: process.version, latencyMs: LATENCY_MS, rows });
}
if (values.json) {
  console.log(JSON.stringify({ node: process.version, latencyMs: LATENCY_MS, rows, costs, missed }, null, 2));
} else {
  printRows(rows);
  if (costs !== undefined) {
    console.log(
      `\nCPU per 1,000 deltas: ${costs.cpuMsPer1000Deltas.toFixed(1)} ms, of the engine alone ${costs.engineMsPer1000Deltas.toFixed(1)} ms · memory per open reply at 1,000: ${(costs.bytesPerOpenReply / 1024).toFixed(1)} KB`,
    );
  }
  console.log(missed.length === 0 ? "\nall bars held" : `\nmissed:\n${missed.map((bar) => `  ${bar}`).join("\n")}`);
}
process.exitCode = missed.length === 0 ? 0 : 1;
