/**
 * `npm run fuzz -- [--heirs] [--runs 2000] [--seed N] [--feishu second|emulator|both] [--keep-going] [--replay FILE]`: plays random replies in
 * random worlds with random faults, in virtual time, on one of two independent readings of Feishu.
 *
 * With `--heirs` the process of each dies, and another one goes on with its replies. The same seed plays the same trials. A failing one is
 * shrunk and printed with its world, as JSON that `--replay` takes. With `--keep-going` all are played, and the failing ones counted by what
 * they have in common. `--together` and `--pictures` play what only the emulator can: several replies at once, and replies with images
 * (test/support/fuzz-reply.ts).
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import * as fc from "fast-check";
import { play as playPictures, playTogether, schedule, schedules } from "../support/fuzz-reply.ts";
import { play } from "./play.ts";
import { heirs, trials } from "./trial.ts";
import type { Trial } from "./trial.ts";

/** What both kinds of trials give. */
interface Judged {
  readonly problems: readonly string[];
  readonly timeline: string;
}

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "2000" },
    seed: { type: "string" },
    feishu: { type: "string", default: "second" },
    "keep-going": { type: "boolean", default: false },
    replay: { type: "string" },
    heirs: { type: "boolean", default: false },
    pictures: { type: "boolean", default: false },
    together: { type: "boolean", default: false },
  },
});
const numRuns = Number(values.runs);
const seed = values.seed === undefined ? Math.floor(Math.random() * 2_147_483_647) : Number(values.seed);
let played = 0;
const startedAt = performance.now();
const seconds = (): number => Math.round((performance.now() - startedAt) / 1000);

function count(): void {
  played += 1;
  if (played % 1_000 === 0) console.log(`${played} played, ${seconds()} s`);
}

function show(one: unknown, { problems, timeline }: Judged): void {
  console.log(`${JSON.stringify(one)}\n\n${timeline}\n\n${problems.join("\n")}`);
}

/** Gives true when every promise was kept; the first that was not is shrunk and shown. */
async function check<T>(drawn: fc.Arbitrary<T>, run: (one: T) => Promise<Judged>): Promise<boolean> {
  const property = fc.asyncProperty(drawn, async (one) => {
    count();
    const { problems } = await run(one);
    if (problems.length > 0) throw new Error(problems.join("\n"));
  });
  const report = await fc.check(property, { numRuns, seed, interruptAfterTimeLimit: 24 * 3_600_000 });
  if (!report.failed) return true;
  const [worst] = report.counterexample ?? [];
  console.log(`failed after ${report.numRuns} trials; shrunk ${report.numShrinks} times to`);
  if (worst !== undefined) show(worst, await run(worst));
  return false;
}

/** Plays all, and counts failures by what they have in common. */
async function survey(drawn: fc.Arbitrary<Trial>): Promise<boolean> {
  const kinds = new Map<string, Trial[]>();
  for (const trial of fc.sample(drawn, { numRuns, seed })) {
    count();
    const { problems } = await play(trial);
    const kind = [
      ...new Set(
        problems.map((problem) =>
          problem
            .replaceAll(/\d+/gu, "N")
            .replace(/^reply N: /u, "")
            .replace(/:.*/u, ""),
        ),
      ),
    ].join(" | ");
    if (kind !== "") kinds.set(kind, [...(kinds.get(kind) ?? []), trial]);
  }
  for (const [kind, failed] of [...kinds].sort(([, a], [, b]) => b.length - a.length))
    console.log(`${failed.length} × ${kind}\n  ${JSON.stringify(failed[0])}`);
  return kinds.size === 0;
}

function drawn(): fc.Arbitrary<Trial> {
  const draw = values.heirs ? heirs : trials;
  if (values.feishu === "both") return draw(fc.constantFrom("second", "emulator"));
  if (values.feishu === "second" || values.feishu === "emulator") return draw(fc.constant(values.feishu));
  throw new Error(`--feishu is second, emulator or both, not ${values.feishu}`);
}

async function main(): Promise<boolean> {
  if (values.replay !== undefined) {
    const trial = JSON.parse(readFileSync(values.replay, "utf8")) as Trial;
    const outcome = await play(trial);
    show(trial, outcome);
    return outcome.problems.length === 0;
  }
  console.log(`${numRuns} trials, seed ${seed}`);
  if (values.together) return check(schedules, playTogether);
  if (values.pictures) return check(schedule, playPictures);
  return values["keep-going"] ? survey(drawn()) : check(drawn(), play);
}

if (await main()) console.log(`ok: ${played} trials in ${seconds()} s`);
else process.exitCode = 1;
