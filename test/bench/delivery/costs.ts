import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { toDelta } from "../../../src/stream/index.ts";
import { createReplyBench } from "../../support/reply-bench.ts";

/** What a reply costs the machine. */
export interface Costs {
  readonly cpuMsPer1000Deltas: number;
  /** Heap and external memory of one open reply of 2,000 characters, 1,000 being open; the emulator's own share is measured alike and taken off. */
  readonly bytesPerOpenReply: number;
}

const OPEN = 1_000;
const DELTAS = 20_000;

export async function measureCosts(): Promise<Costs> {
  return { cpuMsPer1000Deltas: await measureCpu(), bytesPerOpenReply: await measureMemory() };
}

/** CPU of client, engine and text work, the emulator's included: an upper bound. */
async function measureCpu(): Promise<number> {
  const bench = createReplyBench({ emulator: { latencyMs: 80, bodyChars: 0 } });
  const reply = bench.open();
  const before = process.cpuUsage();
  for (let i = 0; i < DELTAS; i++) {
    reply.append(toDelta(i % 40 === 39 ? "end.\n\n" : "word "));
    if (i % 5 === 4) await bench.clock.advance(50);
  }
  await bench.clock.runUntil(reply.finalize());
  const { user, system } = process.cpuUsage(before);
  await bench.close();
  return (user + system) / 1000 / (DELTAS / 1000);
}

async function measureMemory(): Promise<number> {
  const bench = createReplyBench({ emulator: { latencyMs: 10, bodyChars: 0, timelineLimit: 1 } });
  const replies = Array.from({ length: OPEN }, () => bench.open());
  const before = used();
  for (let i = 0; i < 50; i++) {
    for (const reply of replies) reply.append(toDelta("forty characters of text, more or less. "));
    await bench.clock.advance(1_000);
  }
  await bench.clock.advance(120_000);
  // What the emulator keeps of 1,000 cards is not ours: it is dropped before the second look.
  bench.emulator.reset();
  const bytes = (used() - before) / OPEN;
  if (replies.some((reply) => reply.text.length !== 2_000)) throw new Error("a reply lost its text");
  return bytes;
}

function used(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
