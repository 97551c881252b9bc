import { createEmulator } from "../../../src/emulator/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { addGroup } from "./add-group.ts";
import { lagsOf, Reader } from "./reader.ts";
import type { Scenario } from "./scenario.ts";
import { arrivalsOf } from "./scenario.ts";
import type { Row } from "./table.ts";
import { percentile } from "./table.ts";
import { withVirtualGlobals } from "./virtual-globals.ts";
import type { Writer, WriterContext } from "./writers.ts";

/** How long a call takes, ms: anything between the two. */
export const LATENCY_MS = [40, 120] as const;
const GIVE_UP_MS = 10 * 60_000;

let runs = 0;

/** What one streaming of a scenario gave; times in ms. */
interface Run {
  readonly writer: string;
  /** Per character. */
  readonly held: number[];
  readonly eyes: number[];
  /** Per reply. */
  readonly first: number[];
  readonly finished: number[];
  readonly calls: readonly { readonly code: number; readonly requestBytes: number }[];
  /** Right characters, of all replies. */
  readonly shown: number;
  readonly open: number;
}

/** Streams a scenario through one writer over an emulator of its own, in virtual time: the same figures every time. */
export async function measure(scenario: Scenario, make: (context: WriterContext) => Writer): Promise<Row> {
  const each: Run[] = [];
  for (let timing = 0; timing < (scenario.timings ?? 1); timing++) each.push(await stream(scenario, make, timing));
  const held = each.flatMap((run) => run.held);
  const calls = each.flatMap((run) => run.calls);
  const replies = scenario.replies * each.length;
  const total = (count: (run: Run) => number): number => each.reduce((sum, run) => sum + count(run), 0);
  return {
    scenario: scenario.name,
    writer: each[0]?.writer ?? "",
    replies: scenario.replies,
    p50: percentile(held, 0.5),
    p95: percentile(held, 0.95),
    max: percentile(held, 1),
    eyesP95: percentile(
      each.flatMap((run) => run.eyes),
      0.95,
    ),
    firstGlyph: percentile(
      each.flatMap((run) => run.first),
      0.5,
    ),
    finish: percentile(
      each.flatMap((run) => run.finished),
      0.95,
    ),
    calls: Math.round(calls.length / each.length),
    rejected: calls.filter(({ code }) => code !== 0).length,
    bytesOverText:
      calls.reduce((sum, { requestBytes }) => sum + requestBytes, 0) / (Buffer.byteLength(scenario.text) * replies),
    shown: total(({ shown }) => shown) / (scenario.text.length * replies),
    open: total(({ open }) => open),
  };
}

/** @param timing number of the model's timing: in each its tokens come at other moments */
async function stream(scenario: Scenario, make: (context: WriterContext) => Writer, timing: number): Promise<Run> {
  const clock = new FakeClock({ settleRounds: 2 });
  // An app id of its own: the vendor's clients share one cache of tokens by app id.
  runs += 1;
  const apps = [{ name: "bench", appId: `cli_${runs.toString(16).padStart(16, "b")}` }];
  const emulator = createEmulator({
    apps,
    clock,
    seed: 3 + timing,
    latencyMs: LATENCY_MS,
    timelineLimit: 200_000,
    bodyChars: 0,
  });
  const writer = make({ emulator, clock });
  // Feishu's documents contradict themselves on the per-card limit while streaming. The vendor's writer does not keep it, so it
  // runs with the limit off: what is compared is the writing, not the reading of a document.
  if (writer.ignoresCardLimit) emulator.world.cardLimitWhileStreaming = "free";
  // An ideal writer knows no size limits: it never has to go on in another card.
  if (writer.unlimited) Object.assign(emulator.world, { cardBytes: 1e9, cardTables: 1e9 });
  await withVirtualGlobals(clock, () => clock.runUntil(writer.ready()));
  emulator.timeline.clear();
  const chats = [emulator.directChatId()];
  while (chats.length < scenario.replies) chats.push(await addGroup(emulator, `readers ${chats.length}`));
  const { text } = scenario;
  const readers = chats.map((chatId) => new Reader(emulator, chatId, text, writer.elements, clock));
  const schedules = chats.map((_, index) => arrivalsOf(scenario, 100 + 1_000 * timing + index));
  const startedAt = clock.now();
  for (const { from = 0, ...fault } of scenario.faults ?? []) emulator.faults.add({ ...fault, from: startedAt + from });
  const finished: number[] = [];
  const lastAt = schedules.map((arrivals) => arrivals.at(-1)?.at ?? 0);
  await withVirtualGlobals(clock, async () => {
    const ends: Promise<unknown>[] = [];
    for (const [index, chatId] of chats.entries()) {
      const writing = writer.open(chatId);
      let from = 0;
      for (const { at, end } of schedules[index] ?? []) {
        const delta = text.slice(from, end);
        from = end;
        clock.setTimer(at, () => writing.write(delta));
      }
      ends.push(
        new Promise((resolve) => {
          clock.setTimer(lastAt[index] ?? 0, () => resolve(writing.end().catch((error: unknown) => error)));
        }),
      );
    }
    await clock.runUntil(
      Promise.race([Promise.all(ends), new Promise((resolve) => clock.setTimer(GIVE_UP_MS, () => resolve(undefined)))]),
    );
    await clock.advance(5_000);
  });
  for (const reader of readers) reader.stop();
  const held: number[] = [];
  const eyes: number[] = [];
  const first: number[] = [];
  let shown = 0;
  readers.forEach((reader, index) => {
    const arrivals = schedules[index] ?? [];
    const lags = lagsOf(reader.sightings, arrivals, startedAt);
    for (const lag of lags.held) held.push(lag);
    for (const lag of lags.eyes) eyes.push(lag);
    first.push((reader.sightings[0]?.at ?? Infinity) - startedAt - (arrivals[0]?.at ?? 0));
    const last = reader.sightings.at(-1);
    shown += last?.end ?? 0;
    finished.push((last?.end ?? 0) >= text.length ? (last?.at ?? 0) - startedAt - (lastAt[index] ?? 0) : Infinity);
  });
  const run: Run = {
    writer: writer.name,
    held,
    eyes,
    first,
    finished,
    calls: emulator.timeline.entries(),
    shown,
    open: chats.flatMap((chatId) => emulator.visibleTexts(chatId)).filter(({ streaming }) => streaming).length,
  };
  await emulator.close();
  return run;
}
