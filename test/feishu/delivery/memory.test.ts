import { expect, it } from "vitest";
import { toDelta } from "../../../src/stream/index.ts";
import { heapInUse } from "../../support/heap.ts";
import { createReplyBench } from "../../support/reply-bench.ts";

it("[D6] a long reply keeps its text once, not at every length that it has had", async () => {
  const bench = createReplyBench({ emulator: { latencyMs: 80, bodyChars: 0, timelineLimit: 1 } });
  const reply = bench.open();
  const before = heapInUse();
  for (let i = 0; i < 1_600; i++) {
    reply.append(toDelta(i % 8 === 7 ? "the end of it.\n\n" : "twenty-five chars or so. "));
    await bench.clock.advance(50);
  }
  expect(reply.text.length).toBeGreaterThan(35_000);
  // With every length it was 22 MB.
  expect((heapInUse() - before) / 2 ** 20).toBeLessThan(6);
  await bench.clock.runUntil(reply.finalize());
  await bench.close();
});
