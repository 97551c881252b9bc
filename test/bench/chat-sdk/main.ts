/**
 * `npm run bench -- --chat-sdk [--json] [--only TEXT]`: one bot of the Chat SDK's streams the same answers through the vendor's adapter
 * and through ours, over the emulator at 80 ± 40 ms a call, in virtual time, with and without faults. Exits 1 when ours loses or doubles
 * a word or leaves a card open.
 */
import { parseArgs } from "node:util";
import { createMemoryState } from "@chat-adapter/state-memory";
import { Chat } from "chat";
import type { Logger } from "chat";
import { createEmulator } from "../../../src/emulator/index.ts";
import type { Emulator } from "../../../src/emulator/index.ts";
import { sleep } from "../../../src/time/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { addGroup } from "../delivery/add-group.ts";
import { lagsOf, Reader } from "../delivery/reader.ts";
import { percentile } from "../delivery/table.ts";
import { withVirtualGlobals } from "../delivery/virtual-globals.ts";
import { ours, vendors } from "./adapters.ts";
import type { BenchedAdapter } from "./adapters.ts";
import { arrivalsOf, CHAT_SCENARIOS, textOf } from "./scenario.ts";
import type { ChatScenario } from "./scenario.ts";

/** One adapter in one scenario. Times in ms; `lost` and `doubled` count sentences over all answers. */
interface ChatRow {
  readonly scenario: string;
  readonly adapter: string;
  readonly p50: number;
  readonly p95: number;
  /** From the model's last character until all text is held, 95th percentile; Infinity: never. */
  readonly finish: number;
  readonly lost: number;
  readonly doubled: number;
  /** Cards left in streaming mode. */
  readonly open: number;
  /** Answers whose `thread.post` threw. */
  readonly threw: number;
  /** Rejections that nobody handled: each ends a process that has no handler of its own for them. */
  readonly unhandled: number;
  readonly calls: number;
}

const LATENCY_MS = [40, 120] as const;
const GIVE_UP_MS = 3 * 60_000;
const none = (): void => {};
const silent: Logger = { debug: none, info: none, warn: none, error: none, child: () => silent };

let runs = 0;
let unhandled = 0;
process.on("unhandledRejection", () => (unhandled += 1));

async function measure(
  scenario: ChatScenario,
  make: (emulator: Emulator, clock: FakeClock) => BenchedAdapter,
): Promise<ChatRow> {
  const clock = new FakeClock({ settleRounds: 2 });
  // An app id of its own: the vendor's clients share one cache of tokens by app id.
  runs += 1;
  unhandled = 0;
  const apps = [{ name: "bench", appId: `cli_${runs.toString(16).padStart(16, "c")}` }];
  const emulator = createEmulator({
    apps,
    clock,
    seed: 3,
    latencyMs: LATENCY_MS,
    timelineLimit: 200_000,
    bodyChars: 0,
  });
  const { name, adapter, elements, ignoresCardLimit } = make(emulator, clock);
  if (ignoresCardLimit) emulator.world.cardLimitWhileStreaming = "free";
  const bot = new Chat({ userName: "bot", adapters: { lark: adapter }, state: createMemoryState(), logger: silent });
  await withVirtualGlobals(clock, () => clock.runUntil(bot.initialize()));
  const chats = [emulator.directChatId()];
  while (chats.length < scenario.answers) chats.push(await addGroup(emulator, `readers ${chats.length}`));
  const { text, marks } = textOf(scenario);
  const readers = chats.map((chatId) => new Reader(emulator, chatId, text, elements, clock));
  const schedules = chats.map((_, index) => arrivalsOf(text, 100 + index));
  const startedAt = clock.now();
  for (const { from, until, ...fault } of scenario.faults ?? [])
    emulator.faults.add({ ...fault, from: startedAt + (from ?? 0), until: until && startedAt + until });
  async function* model(schedule: readonly { at: number; end: number }[]): AsyncGenerator<string> {
    let from = 0;
    for (const { at, end } of schedule) {
      await sleep(clock, Math.max(0, startedAt + at - clock.now()));
      yield text.slice(from, end);
      from = end;
    }
  }
  let threw = 0;
  await withVirtualGlobals(clock, async () => {
    const posts = chats.map((chatId, index) =>
      bot
        .thread(`lark:${chatId}:`)
        .post(model(schedules[index] ?? []))
        .catch(() => (threw += 1)),
    );
    const giveUp = new Promise((resolve) => clock.setTimer(GIVE_UP_MS, () => resolve(undefined)));
    await clock.runUntil(Promise.race([Promise.all(posts), giveUp]));
    await clock.advance(30_000);
  });
  for (const reader of readers) reader.stop();
  const held: number[] = [];
  const finished: number[] = [];
  let lost = 0;
  let doubled = 0;
  let open = 0;
  readers.forEach((reader, index) => {
    const schedule = schedules[index] ?? [];
    for (const lag of lagsOf(reader.sightings, schedule, startedAt).held) held.push(lag);
    const last = reader.sightings.at(-1);
    const isWhole = last !== undefined && last.end >= text.length;
    finished.push(isWhole ? last.at - startedAt - (schedule.at(-1)?.at ?? 0) : Infinity);
    const shown = emulator.visibleTexts(chats[index] ?? "").filter(({ sender }) => sender === "app");
    const all = shown.map((message) => message.text).join("\n");
    for (const mark of marks) {
      const times = all.split(mark).length - 1;
      if (times === 0) lost += 1;
      if (times > 1) doubled += 1;
    }
    open += shown.filter(({ streaming }) => streaming).length;
  });
  const row: ChatRow = {
    scenario: scenario.name,
    adapter: name,
    p50: percentile(held, 0.5),
    p95: percentile(held, 0.95),
    finish: percentile(finished, 0.95),
    lost,
    doubled,
    open,
    threw,
    unhandled,
    calls: emulator.timeline.entries().length,
  };
  await emulator.close();
  return row;
}

const ms = (value: number): string => (Number.isFinite(value) ? String(Math.round(value)) : "never");

function printRows(all: readonly ChatRow[]): void {
  const titles = ["adapter", "p50", "p95", "finish", "lost", "doubled", "open", "threw", "unhandled", "calls"];
  for (const { name, answers, sentences } of CHAT_SCENARIOS) {
    const rows = all.filter(({ scenario }) => scenario === name);
    if (rows.length === 0) continue;
    console.log(`\n${name} (ms; ${answers * sentences} sentences)`);
    const cells = rows.map((row) => [
      row.adapter,
      ms(row.p50),
      ms(row.p95),
      ms(row.finish),
      ...[row.lost, row.doubled, row.open, row.threw, row.unhandled, row.calls].map(String),
    ]);
    for (const line of [titles, ...cells])
      console.log(`  ${line.map((cell, column) => (column === 0 ? cell.padEnd(32) : cell.padStart(10))).join("")}`);
  }
}

const { values } = parseArgs({
  options: { "chat-sdk": { type: "boolean" }, json: { type: "boolean" }, only: { type: "string" } },
});
const results: ChatRow[] = [];
for (const scenario of CHAT_SCENARIOS)
  if (values.only === undefined || scenario.name.includes(values.only))
    for (const make of [ours, vendors]) results.push(await measure(scenario, make));
const isWhole = results
  .filter(({ adapter }) => adapter.startsWith("@cardstream"))
  .every(({ lost, doubled, open }) => lost + doubled + open === 0);
if (values.json === true)
  console.log(JSON.stringify({ node: process.version, latencyMs: LATENCY_MS, rows: results }, null, 2));
else {
  printRows(results);
  console.log(isWhole ? "\nours: nothing lost, nothing twice, no card open" : "\nours: NOT whole");
}
process.exitCode = isWhole ? 0 : 1;
