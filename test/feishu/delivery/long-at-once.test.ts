import { expect, it } from "vitest";
import { toSnapshot } from "../../../src/stream/index.ts";
import { createReplyBench } from "../../support/reply-bench.ts";

it("[A6][S13] makes the next card while one is being sent, when a long text comes at once", async () => {
  const LATENCY_MS = 80;
  const bench = createReplyBench({ emulator: { latencyMs: [LATENCY_MS, LATENCY_MS] } });
  const text = Array.from({ length: 400 }, (_, i) => `Sentence ${i} of a long answer. `).join("");
  const reply = bench.open();
  reply.replace(toSnapshot(text));
  const result = await bench.clock.runUntil(reply.finalize());
  expect(result).toMatchObject({ cards: 5, delivered: text.length, rejected: 0 });
  expect(bench.answers().join("")).toBe(text);
  // The token, the first card's creation, and then one call after the other: each card's sending.
  expect(result.finishLagMs).toBeLessThanOrEqual((1 + 1 + result.cards) * LATENCY_MS);
});
