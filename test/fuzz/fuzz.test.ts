import * as fc from "fast-check";
import { describe, it } from "vitest";
import { play } from "./play.ts";
import { trials } from "./trial.ts";
import type { Trial } from "./trial.ts";

/** The same trials in every run; `npm run fuzz` plays others, and shrinks what it finds. */
const SEED = 20_261_129;
const TRIALS = 400;
/** Trials of one test, so that one that takes long is told from one that hangs. */
const BATCH = 50;

describe.each(["second", "emulator"] as const)(
  "[D1][D2][D4][E1][E2][E3] random replies in random worlds, on the %s Feishu",
  (feishu) => {
    const drawn = trials(fc.constant(feishu));
    const all: readonly Trial[] = fc.sample(drawn, { seed: SEED, numRuns: TRIALS });
    it.each(Array.from({ length: TRIALS / BATCH }, (_, i) => i * BATCH))(
      "keep every promise: trials from %i on",
      { timeout: 120_000 },
      async (from) => {
        for (const [i, trial] of all.slice(from, from + BATCH).entries()) {
          const { problems, timeline } = await play(trial);
          if (problems.length > 0)
            throw new Error(`trial ${from + i}: ${problems.join("; ")}\n${JSON.stringify(trial)}\n${timeline}`);
        }
      },
    );
  },
);
