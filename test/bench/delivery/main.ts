/**
 * `npm run bench -- [--json] [--only TEXT]`: streams the same model output through cardstream, through the vendor's
 * createLarkChannel and through an ideal writer, over the emulator at 80 ± 40 ms a call, in virtual time. Exits 1 when a bar is missed.
 */
import { parseArgs } from "node:util";
import type { Emulator } from "../../../src/emulator/index.ts";
import { createEmulator } from "../../../src/emulator/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { checkBars } from "./bars.ts";
import { measureCosts } from "./costs.ts";
import { lagsOf, Reader } from "./reader.ts";
import type { Scenario } from "./scenario.ts";
import { arrivalsOf, SCENARIOS } from "./scenario.ts";
import type { Row } from "./table.ts";
import { percentile, printRows } from "./table.ts";
import { withVirtualGlobals } from "./virtual-globals.ts";
import type { Writer, WriterContext } from "./writers.ts";
import { ideal, larkChannel, ours } from "./writers.ts";

const LATENCY_MS = [40, 120] as const;
const GIVE_UP_MS = 10 * 60_000;

let runs = 0;

async function addGroup(emulator: Emulator, name: string): Promise<string> {
  const members = emulator.store.users.all().map((user) => emulator.store.users.openId(user, emulator.app.appId));
  const response = await emulator.fetch(`${emulator.apiUrl}/emulator/chats`, {
    method: "POST",
    headers: { authorization: `Bearer ${emulator.adminToken}`, "content-type": "application/json" },
    body: JSON.stringify({ name, members, apps: [emulator.app.appId] }),
  });
  return ((await response.json()) as { chatId: string }).chatId;
}

async function measure(scenario: Scenario, make: (context: WriterContext) => Writer): Promise<Row> {
  const clock = new FakeClock({ settleRounds: 2 });
  // An app id of its own: the vendor's clients share one cache of tokens by app id.
  runs += 1;
  const apps = [{ name: "bench", appId: `cli_${runs.toString(16).padStart(16, "b")}` }];
  const emulator = createEmulator({
    apps,
    clock,
    seed: 3,
    latencyMs: LATENCY_MS,
    timelineLimit: 200_000,
    bodyChars: 0,
  });
  const writer = make({ emulator, clock });
  // Feishu's documents contradict themselves on the per-card limit while streaming. The vendor's writer does not keep it, so it
  // runs with the limit off: what is compared is the writing, not the reading of a document.
  if (writer.ignoresCardLimit) emulator.settings.cardLimitWhileStreaming = false;
  // An ideal writer knows no size limits: it never has to go on in another card.
  if (writer.unlimited)
    Object.assign(emulator.settings, {
      cardMaxBytes: 1e9,
      entityMaxBytes: 1e9,
      maxTablesPerCard: 1e9,
      maxTablesPerElement: 1e9,
    });
  await withVirtualGlobals(clock, () => clock.runUntil(writer.ready()));
  emulator.timeline.clear();
  const chats = [emulator.directChatId()];
  while (chats.length < scenario.replies) chats.push(await addGroup(emulator, `readers ${chats.length}`));
  const { text } = scenario;
  const readers = chats.map((chatId) => new Reader(emulator, chatId, text, writer.elements, clock));
  const schedules = chats.map((_, index) => arrivalsOf(scenario, 100 + index));
  const startedAt = clock.now();
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
  const calls = emulator.timeline.entries();
  const row: Row = {
    scenario: scenario.name,
    writer: writer.name,
    replies: scenario.replies,
    p50: percentile(held, 0.5),
    p95: percentile(held, 0.95),
    max: percentile(held, 1),
    eyesP95: percentile(eyes, 0.95),
    firstGlyph: percentile(first, 0.5),
    finish: percentile(finished, 0.95),
    calls: calls.length,
    rejected: calls.filter(({ code }) => code !== 0).length,
    bytesOverText:
      calls.reduce((sum, { requestBytes }) => sum + requestBytes, 0) / (Buffer.byteLength(text) * scenario.replies),
    shown: shown / (text.length * scenario.replies),
    open: chats.flatMap((chatId) => emulator.visibleTexts(chatId)).filter(({ streaming }) => streaming).length,
  };
  await emulator.close();
  return row;
}

const { values } = parseArgs({ options: { json: { type: "boolean" }, only: { type: "string" } } });
const scenarios = SCENARIOS.filter(({ name }) => values.only === undefined || name.includes(values.only));
const rows: Row[] = [];
for (const scenario of scenarios)
  for (const make of [ours, ideal, larkChannel]) rows.push(await measure(scenario, make));
const costs = values.only === undefined ? await measureCosts() : undefined;
const missed = checkBars(rows, costs);
if (values.json) {
  console.log(JSON.stringify({ node: process.version, latencyMs: LATENCY_MS, rows, costs, missed }, null, 2));
} else {
  printRows(rows);
  if (costs !== undefined) {
    console.log(
      `\nCPU per 1,000 deltas: ${costs.cpuMsPer1000Deltas.toFixed(1)} ms · memory per open reply at 1,000: ${(costs.bytesPerOpenReply / 1024).toFixed(1)} KB`,
    );
  }
  console.log(missed.length === 0 ? "\nall bars held" : `\nmissed:\n${missed.map((bar) => `  ${bar}`).join("\n")}`);
}
process.exitCode = missed.length === 0 ? 0 : 1;
