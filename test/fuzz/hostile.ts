/**
 * `npm run fuzz:hostile -- [--runs 10000] [--seed N] [--only NAME]`: gives random hostile input to everything that reads what strangers send. The same
 * seed gives the same input; what fails is shrunk and printed. `--runs` counts inputs for each target, of which
 * `--only` names one.
 */
import { parseArgs } from "node:util";
import * as fc from "fast-check";
import { hostileTargets } from "./hostile-targets.ts";

const { values } = parseArgs({
  options: { runs: { type: "string", default: "10000" }, seed: { type: "string" }, only: { type: "string" } },
});
const numRuns = Number(values.runs);
const seed = values.seed === undefined ? Math.floor(Math.random() * 2_147_483_647) : Number(values.seed);
console.log(`seed ${seed}, ${numRuns} inputs for each target`);

const { targets, close } = hostileTargets();
const wanted = targets.filter(({ name }) => values.only === undefined || name === values.only);
if (wanted.length === 0) throw new Error(`--only: one of ${targets.map(({ name }) => name).join(", ")}`);
for (const { name, input, run } of wanted) {
  const property = fc.asyncProperty(input, async (one) => {
    const problem = await run(one);
    if (problem !== undefined) throw new Error(problem);
  });
  const report = await fc.check(property, { numRuns, seed });
  console.log(`${report.failed ? "✗" : "✓"} ${name}: ${report.numRuns}`);
  if (!report.failed) continue;
  process.exitCode = 1;
  console.log(`${String(report.errorInstance)}\n${JSON.stringify(report.counterexample)}`);
}
await close();
