import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { play, playTogether, schedule, schedules } from "../../support/fuzz-reply.ts";

const RUNS = 500;

describe("delivery under random faults", () => {
  // A failure prints its seed: `npm run fuzz -- --seed N` replays it exactly. More runs: `npm run fuzz -- --runs 10000`.
  it(
    "[D1][D2][A7][B9][B10][B26][D3] shows every word exactly once, in order, with one write in flight, and leaves no card streaming",
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(schedule, async (drawn) => {
          expect((await play(drawn)).problems).toEqual([]);
        }),
        { numRuns: RUNS },
      );
    },
  );

  it("[D2][D3] keeps all that when several replies share an account and its faults", { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(schedules, async (drawn) => {
        expect((await playTogether(drawn)).problems).toEqual([]);
      }),
      { numRuns: RUNS / 5 },
    );
  });
});
