import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { simulate } from "./sim.ts";
import type { Mishap, Outcome, Schedule } from "./sim.ts";

const at = fc.integer({ min: 2, max: 60 });
const lifetimes = fc.integer({ min: 1, max: 4 });
const mishap: fc.Arbitrary<Mishap> = fc.oneof(
  fc.record({ what: fc.constant("kill" as const), at, when: fc.constantFrom("before" as const, "after" as const) }),
  fc.record({ what: fc.constant("freeze" as const), at, lifetimes }),
  fc.record({ what: fc.constant("cut" as const), at, lifetimes }),
);
const schedule: fc.Arbitrary<Schedule> = fc.record({
  seed: fc.integer(),
  processes: fc.array(fc.array(mishap, { maxLength: 2 }), { minLength: 1, maxLength: 3 }),
  messages: fc.array(fc.record({ chat: fc.nat(2), atMs: fc.integer({ min: 20, max: 2_500 }), to: fc.nat(3) }), {
    minLength: 1,
    maxLength: 8,
  }),
});

/** What must hold whatever happened. */
function judge({ board, messages, acknowledged, notes, waiting }: Outcome): void {
  expect(acknowledged.size, "every message was taken in the end").toBe(messages);
  const cards = Object.fromEntries([...board.cards].map(([id, { ends, isOpen }]) => [id, { ends: ends.size, isOpen }]));
  const wanted = Object.fromEntries(
    Array.from({ length: messages }, (_, index) => [`m${index}`, { ends: 1, isOpen: false }]),
  );
  expect(cards, "each is answered once, and no card stays open").toEqual(wanted);
  expect(waiting, "nothing waits").toBe(0);
  for (const [id, { ends }] of board.cards) expect(notes[`done:${id}`]).toBe([...ends][0]);
  expect(board.overlaps, "one answer at a time in a chat").toBe(0);
}

describe("many processes, simulated", () => {
  it("answer every message once, in one card that ends, whoever is killed, frozen or cut off at whatever call", async () => {
    const runs = Number(process.env["SHARED_SCHEDULES"] ?? 500);
    let deaths = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(schedule, async (given) => {
        const outcome = await simulate(given);
        deaths += outcome.deaths;
        refused += outcome.board.stale;
        judge(outcome);
      }),
      { numRuns: runs },
    );
    // The schedules must bring about what they are there for.
    expect(deaths).toBeGreaterThan(runs / 4);
    expect(refused).toBeGreaterThan(0);
  }, 240_000);

  it("answer once when the only process is killed before or after each of its calls in turn", async () => {
    const messages = [
      { chat: 0, atMs: 20, to: 0 },
      { chat: 0, atMs: 25, to: 0 },
    ];
    for (let call = 2; call < 30; call++)
      for (const when of ["before", "after"] as const)
        judge(await simulate({ seed: call, processes: [[{ what: "kill", at: call, when }]], messages }));
  }, 60_000);
});
