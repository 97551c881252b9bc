/**
 * `npm run fuzz -- [--runs 10000] [--seed N] [--together]`: plays random replies on random ways in virtual time, one after the other or
 * two and three at once, see test/support/fuzz-reply.ts.
 * Prints the seed and, for a failure, the shrunk schedule with its timeline; the same seed replays the same schedules.
 */
import { parseArgs } from "node:util";
import * as fc from "fast-check";
import { play, playTogether, schedule, schedules } from "../support/fuzz-reply.ts";
import type { Outcome } from "../support/fuzz-reply.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "10000" },
    seed: { type: "string" },
    together: { type: "boolean", default: false },
  },
});
const numRuns = Number(values.runs);
const seed = values.seed === undefined ? Math.floor(Math.random() * 2_147_483_647) : Number(values.seed);
console.log(`${numRuns} schedules, seed ${seed}`);
let played = 0;
const startedAt = performance.now();
const seconds = (): number => Math.round((performance.now() - startedAt) / 1000);

/** Gives true when every promise was kept. */
async function check<T>(drawn: fc.Arbitrary<T>, run: (one: T) => Promise<Outcome>): Promise<boolean> {
  const property = fc.asyncProperty(drawn, async (one) => {
    played += 1;
    if (played % 1_000 === 0) console.log(`${played} played, ${seconds()} s`);
    const { problems } = await run(one);
    if (problems.length > 0) throw new Error(problems.join("\n"));
  });
  const report = await fc.check(property, { numRuns, seed });
  if (!report.failed) return true;
  const [worst] = report.counterexample ?? [];
  console.log(
    `failed after ${report.numRuns} schedules; shrunk ${report.numShrinks} times to:\n${JSON.stringify(worst)}`,
  );
  if (worst !== undefined) {
    const { problems, results, timeline } = await run(worst);
    console.log(timeline, "\n", results, "\n", problems.join("\n"));
  }
  return false;
}

if (await (values.together ? check(schedules, playTogether) : check(schedule, play)))
  console.log(`ok: ${played} schedules in ${seconds()} s`);
else process.exitCode = 1;
