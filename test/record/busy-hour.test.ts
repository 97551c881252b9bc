import { describe, expect, it } from "vitest";
import { compareRecording } from "../../src/record/index.ts";
import { recordBusyHour } from "./support/busy-hour.ts";
import type { Otherwise } from "./support/busy-hour.ts";

/** A thing that a Feishu may do otherwise, and what a comparison has to call it. */
interface Seeded {
  readonly otherwise: Otherwise;
  readonly cause: string;
}

const SEEDED: readonly Seeded[] = [
  {
    otherwise: { faults: [{ operation: "element.content", effect: { type: "code", code: 300313 }, count: 3 }] },
    cause: "element.content: 300313 there, 0 here",
  },
  {
    otherwise: { faults: [{ operation: "card.update", effect: { type: "code", code: 200861 }, count: 2 }] },
    cause: "card.update: 200861 there, 0 here",
  },
  {
    otherwise: { faults: [{ operation: "reaction.create", effect: { type: "code", code: 231009 }, count: 4 }] },
    cause: "reaction.add: 231009 there, 0 here",
  },
  {
    otherwise: {
      answer: ({ method, path }, { json }) => {
        if (method !== "POST" || !path.endsWith("/reply")) return;
        Object.assign(json["data"] as object, { upper_message_id: "om_0123456789abcdef" });
      },
    },
    cause: "message.reply: data.upper_message_id only there",
  },
  {
    otherwise: {
      answer: ({ method, path }, answer) => {
        if (method === "DELETE" && path.includes("/reactions/")) answer.status = 201;
      },
    },
    cause: "reaction.delete 0: HTTP 201 there, 200 here",
  },
];

/** All of several at once. */
function together(seeded: readonly Seeded[]): Otherwise {
  return {
    faults: seeded.flatMap(({ otherwise }) => otherwise.faults ?? []),
    answer: (call, answer) => seeded.forEach(({ otherwise }) => otherwise.answer?.(call, answer)),
  };
}

describe("a recording of a busy hour", () => {
  it("[E12] differs in nothing where Feishu is as the emulator believes", async () => {
    const recording = await recordBusyHour(1);
    const calls = recording.lines.filter(({ kind }) => kind === "call");
    const others = new Set(recording.lines.map((line) => (line.kind === "frame" ? line.type : line.kind)));
    expect(calls.length).toBeGreaterThan(2_000);
    expect([...others].sort()).toEqual(["ack", "call", "card", "event", "webhook"]);
    const comparison = await compareRecording(recording);
    expect(comparison.differences).toEqual([]);
    expect(comparison.compared).toBeGreaterThan(calls.length * 0.9);
  }, 120_000);

  it.each([2, 3])(
    "[E12] shows every seeded difference and no other (seed %i)",
    async (seed) => {
      const chosen = SEEDED.filter((_, i) => (i + seed) % 2 === 0);
      const comparison = await compareRecording(await recordBusyHour(seed, together(chosen)));
      const causes = comparison.differences.map(({ cause }) => cause).toSorted();
      expect(causes).toEqual(chosen.map(({ cause }) => cause).toSorted());
    },
    120_000,
  );
});
