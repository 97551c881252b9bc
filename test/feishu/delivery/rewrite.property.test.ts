import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FaultRule } from "../../../src/emulator/index.ts";
import { toDelta, toSnapshot } from "../../../src/stream/index.ts";
import { createReplyBench } from "../../support/reply-bench.ts";
import { explainVisible } from "../../support/visible-oracle.ts";

const words = fc
  .array(fc.constantFrom("word ", "的", "Sentence. ", "\n\n", "- item\n", "**b** ", "y".repeat(90)), {
    minLength: 1,
    maxLength: 40,
  })
  .map((parts) => parts.join(""));
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("delta" as const), text: words }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("rewrite" as const), text: words }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("message" as const), keep: fc.boolean() }) },
);
const fault: fc.Arbitrary<FaultRule> = fc.record({
  operation: fc.constantFrom("element.content", "card.*", "message.*", "*"),
  effect: fc.constantFrom<FaultRule["effect"]>(
    { type: "lost" },
    { type: "http", status: 503 },
    { type: "reset" },
    { type: "code", code: 230_020 },
  ),
  skip: fc.integer({ min: 0, max: 12 }),
  count: fc.integer({ min: 1, max: 3 }),
});

describe("a reply whose text changes after it was shown", () => {
  it("[A7][D1][D2] shows its final text exactly once", { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(step, fc.integer({ min: 0, max: 700 })), { maxLength: 12 }),
        fc.option(words, { nil: undefined }),
        fc.array(fault, { maxLength: 3 }),
        fc.constantFrom(400, 3_000),
        async (steps, final, faults, rolloverChars) => {
          const bench = createReplyBench();
          for (const rule of faults) bench.emulator.faults.add(rule);
          const reply = bench.open({ settings: { rolloverChars } });
          for (const [what, pauseMs] of steps) {
            if (what.kind === "delta") reply.append(toDelta(what.text));
            else if (what.kind === "rewrite") reply.replace(toSnapshot(what.text));
            else reply.beginMessage({ keep: what.keep });
            await bench.clock.advance(pauseMs);
          }
          const text = final ?? reply.text;
          const result = await bench.clock.runUntil(
            reply.finalize(final === undefined ? {} : { text: toSnapshot(final) }),
          );
          await bench.clock.advance(90_000);
          expect(result).toMatchObject({ total: text.length, delivered: text.length, error: undefined });
          const visible = bench.emulator.visibleTexts(bench.chatId).filter(({ sender }) => sender === "app");
          expect(explainVisible(visible, text)).toEqual([]);
          expect(visible.some(({ streaming }) => streaming)).toBe(false);
          await bench.close();
        },
      ),
      { numRuns: 150 },
    );
  });
});
