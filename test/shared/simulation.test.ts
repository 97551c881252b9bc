import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { simulate } from "./sim.ts";
import type { Mishap, Outcome, Schedule } from "./sim.ts";

const at = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 60 }));
const lifetimes = fc.integer({ min: 1, max: 4 });
const kill = fc.record({
  what: fc.constant("kill" as const),
  at,
  when: fc.constantFrom("before" as const, "after" as const),
});
const mishap: fc.Arbitrary<Mishap> = fc.oneof(
  { arbitrary: kill, weight: 2 },
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

/** What a process asks of the state while it answers, and of Feishu: it can be killed before and after each. */
const CALLS = "join accept notes read write finish renew claims reap card text end".split(" ");
const CRASH_POINTS = CALLS.flatMap((call) => [`before ${call}`, `after ${call}`]);

describe("many processes, simulated", () => {
  it("answer every message once, in one card that ends, whoever is killed, frozen or cut off at whatever call", async () => {
    const runs = Number(process.env["SHARED_SCHEDULES"] ?? 500);
    const deaths: string[] = [];
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(schedule, async (given) => {
        const outcome = await simulate(given);
        deaths.push(...outcome.deaths);
        refused += outcome.board.stale;
        judge(outcome);
      }),
      { numRuns: runs },
    );
    // The schedules must bring about what they are there for.
    expect(deaths.length).toBeGreaterThan(runs / 4);
    expect(refused).toBeGreaterThan(0);
    // Every one of them is met by the next test; here nearly all, in company.
    if (runs >= 500) expect(new Set(deaths).size).toBeGreaterThan(CRASH_POINTS.length - 4);
  }, 240_000);

  it("answer once when the only process is killed before or after each of its calls in turn, of the state and of Feishu", async () => {
    const deaths = await killAtEachCall((mishap) => [[mishap]], 20);
    // Whoever an event makes the owner of a chat is told what was noted there.
    const answering = CRASH_POINTS.filter((point) => !/claims|reap|notes/u.test(point));
    expect(answering.filter((point) => !deaths.has(point))).toEqual([]);
  }, 60_000);

  it("answer once when the process that takes over is killed, too, before or after each of its calls in turn", async () => {
    const deaths = await killAtEachCall((mishap) => [[{ what: "kill", at: 3, when: "after" }], [mishap]], 40);
    const takingOver = CRASH_POINTS.filter((point) => /reap|notes|read|finish/u.test(point));
    expect(takingOver.filter((point) => !deaths.has(point))).toEqual([]);
  }, 60_000);
});

/** Plays two messages of one chat until killing somebody changes nothing more. @returns where processes were killed */
async function killAtEachCall(
  processes: (mishap: Mishap) => Schedule["processes"],
  least: number,
): Promise<ReadonlySet<string>> {
  const messages = [
    { chat: 0, atMs: 20, to: 0 },
    { chat: 0, atMs: 25, to: 0 },
  ];
  const deaths = new Set<string>();
  for (let call = 0, isOver = false; !isOver; call++)
    for (const when of ["before", "after"] as const) {
      const outcome = await simulate({ seed: call, processes: processes({ what: "kill", at: call, when }), messages });
      judge(outcome);
      for (const point of outcome.deaths) deaths.add(point);
      // It has answered everything, and only says that it lives.
      isOver = /renew|claims|reap/u.test(outcome.deaths.at(-1) ?? "") && call > least;
    }
  return deaths;
}
