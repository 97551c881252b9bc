/**
 * `npm run fuzz -- [--runs 10000] [--seed N]`: plays random replies on random ways in virtual time, see test/support/fuzz-reply.ts.
 * Prints the seed and, for a failure, the shrunk schedule with its timeline; the same seed replays the same schedules.
 */
import { parseArgs } from "node:util";
import * as fc from "fast-check";
import { play, schedule } from "../support/fuzz-reply.ts";
import type { Schedule } from "../support/fuzz-reply.ts";

const { values } = parseArgs({ options: { runs: { type: "string", default: "10000" }, seed: { type: "string" } } });
const numRuns = Number(values.runs);
const seed = values.seed === undefined ? Math.floor(Math.random() * 2_147_483_647) : Number(values.seed);
console.log(`${numRuns} schedules, seed ${seed}`);
let played = 0;
const startedAt = performance.now();
const property = fc.asyncProperty(schedule, async (drawn: Schedule) => {
  played += 1;
  if (played % 1_000 === 0) console.log(`${played} played, ${Math.round((performance.now() - startedAt) / 1000)} s`);
  const { problems } = await play(drawn);
  if (problems.length > 0) throw new Error(problems.join("\n"));
});
const report = await fc.check(property, { numRuns, seed });
if (report.failed) {
  const [worst] = report.counterexample ?? [];
  console.log(
    `failed after ${report.numRuns} schedules; shrunk ${report.numShrinks} times to:\n${JSON.stringify(worst)}`,
  );
  if (worst !== undefined) {
    const { problems, result, timeline } = await play(worst);
    console.log(timeline, "\n", result, "\n", problems.join("\n"));
  }
  process.exitCode = 1;
} else {
  console.log(`ok: ${played} schedules in ${Math.round((performance.now() - startedAt) / 1000)} s`);
}
