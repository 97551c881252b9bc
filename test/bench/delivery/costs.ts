import { createFeishuClient } from "../../../extensions/feishu/client/index.ts";
import type { Fetch } from "../../../extensions/feishu/client/index.ts";
import { FeishuDelivery } from "../../../extensions/feishu/delivery/index.ts";
import { createReplyDispatcher } from "../../../extensions/feishu/reply-dispatcher.ts";
import type { ReplyDispatcher } from "../../../extensions/feishu/reply-dispatcher.ts";
import { silentLogger } from "../../../src/log/index.ts";
import { toDelta } from "../../../src/stream/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { heapInUse } from "../../support/heap.ts";
import { createReplyBench, seededRandom } from "../../support/reply-bench.ts";

/** What a reply costs the machine. */
export interface Costs {
  /** With the emulator's share. */
  readonly cpuMsPer1000Deltas: number;
  /** Client, engine and text work alone: what answers is next to nothing. */
  readonly engineMsPer1000Deltas: number;
  /** Heap and external memory of one open reply of 2,000 characters, 1,000 being open; the emulator's own share is measured alike and taken off. */
  readonly bytesPerOpenReply: number;
}

const OPEN = 1_000;
const DELTAS = 20_000;

export async function measureCosts(): Promise<Costs> {
  return {
    cpuMsPer1000Deltas: await measureCpu(),
    engineMsPer1000Deltas: await measureEngine(),
    bytesPerOpenReply: await measureMemory(),
  };
}

async function measureCpu(): Promise<number> {
  const bench = createReplyBench({ emulator: { latencyMs: 80, bodyChars: 0 } });
  const ms = await measureWriting(bench.clock, () => bench.open());
  await bench.close();
  return ms;
}

/** A Feishu that says yes to everything after 80 ms, in a few instructions. */
async function measureEngine(): Promise<number> {
  const clock = new FakeClock({ settleRounds: 2 });
  let ids = 0;
  const answer = (url: string): object => {
    ids += 1;
    if (url.includes("/auth/")) return { code: 0, tenant_access_token: "t-bench", expire: 7_200 };
    return { code: 0, data: { card_id: `7${ids}`, message_id: `om_${ids}`, chat_id: "oc_bench" } };
  };
  const headers = { get: (name: string) => (name === "content-type" ? "application/json" : null) };
  const fetch: Fetch = (url) =>
    new Promise((resolve) => {
      const { buffer } = new TextEncoder().encode(JSON.stringify(answer(url)));
      clock.setTimer(80, () => resolve({ status: 200, headers, arrayBuffer: () => Promise.resolve(buffer) }));
    });
  const random = seededRandom(1);
  const account = { appId: "cli_bench", appSecret: "secret", domain: "https://feishu.test" };
  const client = createFeishuClient({ account, fetch, clock, logger: silentLogger, random });
  const delivery = new FeishuDelivery({ client, clock, random });
  const target = { type: "chat", chatId: "oc_bench" } as const;
  return measureWriting(clock, () => createReplyDispatcher({ delivery, target }));
}

/** Milliseconds of CPU for 1,000 deltas, after as many that warm it up. */
async function measureWriting(clock: FakeClock, open: () => ReplyDispatcher): Promise<number> {
  let before = process.cpuUsage();
  for (const measured of [false, true]) {
    const reply = open();
    if (measured) before = process.cpuUsage();
    for (let i = 0; i < DELTAS; i++) {
      reply.append(toDelta(i % 40 === 39 ? "end.\n\n" : "word "));
      if (i % 5 === 4) await clock.advance(50);
    }
    const { delivered, total } = await clock.runUntil(reply.finalize());
    if (delivered < total) throw new Error("the reply was not delivered");
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / (DELTAS / 1000);
}

async function measureMemory(): Promise<number> {
  const bench = createReplyBench({ emulator: { latencyMs: 10, bodyChars: 0, timelineLimit: 1 } });
  const replies = Array.from({ length: OPEN }, () => bench.open());
  const before = heapInUse();
  for (let i = 0; i < 50; i++) {
    for (const reply of replies) reply.append(toDelta("forty characters of text, more or less. "));
    await bench.clock.advance(1_000);
  }
  await bench.clock.advance(120_000);
  // What the emulator keeps of 1,000 cards is not ours: it is dropped before the second look.
  bench.emulator.reset();
  const bytes = (heapInUse() - before) / OPEN;
  if (replies.some((reply) => reply.text.length !== 2_000)) throw new Error("a reply lost its text");
  return bytes;
}
