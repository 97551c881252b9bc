/**
 * `npm run bench:llm`: what clients of LLM providers do as they are and behind the guarded fetch, and what the guard costs.
 * Compares with the last recorded run (`llm.json`); `--record` writes this run there; `--cost` measures the cost alone.
 */
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { createGuardedFetch } from "../../src/llm/index.ts";
import type { Fetch } from "../../src/llm/index.ts";
import { readWire } from "../../src/provider-wire/index.ts";
import { createSystemClock } from "../../src/time/index.ts";
import { CLIENTS } from "../support/llm/llm-clients.ts";
import type { LlmClient } from "../support/llm/llm-clients.ts";
import { BEHAVIOURS, startLlmServer } from "../support/llm/llm-server.ts";
import { writeRecord } from "./write-record.ts";
import type { Behaviour } from "../support/llm/llm-server.ts";
import { ANSWER, encodeEvents, recordAnswer } from "../support/llm/llm-streams.ts";

/** Not finished after this long counts as hanging; an undici timeout would end some of them after 300 s. */
const HANG_MS = 4000;
const STREAM_BYTES = 50_000_000;
const CHUNK_BYTES = 65_536;
const ROUNDS = 3;
const RESULTS = join(import.meta.dirname, "llm.json");

/** Shorter than {@link HANG_MS}, so that a clock of the guard is not taken for a hang. */
const timeouts = {
  headerMs: 1500,
  firstEventMs: 1500,
  idleMs: 1500,
  progressMs: 2000,
  chatGraceMs: 800,
  graceMs: 500,
  stampedGraceMs: 1000,
};

type Verdict = "ok" | "wrong text" | "error" | "hang";
type Tally = Partial<Record<Verdict, number>>;

interface Results {
  readonly node: string;
  readonly cpu: string;
  readonly behaviours: Readonly<Record<string, { readonly unguarded: Tally; readonly guarded: Tally }>>;
  /** Microseconds of processor time for one event, best of three. */
  readonly microsecondsPerEvent: Readonly<Record<string, number>>;
}

const clock = createSystemClock();
// The AI SDK says on the console that the fake model is unknown to it.
(globalThis as { AI_SDK_LOG_WARNINGS?: boolean }).AI_SDK_LOG_WARNINGS = false;

async function judge(client: LlmClient, base: string, behaviour: Behaviour, fetch: Fetch): Promise<Verdict> {
  const stop = new AbortController();
  const expected = behaviour === "bad-utf8" ? ANSWER.replace("ï", "\uFFFD") : ANSWER;
  const late = Promise.withResolvers<Verdict>();
  const cancel = clock.setTimer(HANG_MS, () => late.resolve("hang"));
  const done = client.ask(`${base}/${behaviour}`, fetch, stop.signal).then(
    ({ text }): Verdict => (text === expected ? "ok" : "wrong text"),
    (): Verdict => "error",
  );
  const verdict = await Promise.race([done, late.promise]);
  cancel();
  stop.abort(new Error("over"));
  return verdict;
}

async function judgeAll(guarded: boolean): Promise<Map<Behaviour, Tally>> {
  const server = await startLlmServer();
  const guard = createGuardedFetch({ clock, provider: "fake", timeouts });
  const tallies = new Map<Behaviour, Tally>();
  for (const behaviour of BEHAVIOURS) {
    const verdicts = await Promise.all(
      CLIENTS.map((client) => judge(client, server.url, behaviour, guarded ? guard : fetch)),
    );
    const tally: Tally = {};
    for (const verdict of verdicts) tally[verdict] = (tally[verdict] ?? 0) + 1;
    tallies.set(behaviour, tally);
  }
  await guard.close();
  await server.close();
  return tallies;
}

/** A chat of {@link STREAM_BYTES} in chunks as a socket gives them; with the number of its events. */
function makeStream(): { chunks: Uint8Array[]; events: number } {
  const answer = recordAnswer("openai-chat");
  const delta = encodeEvents(answer.deltas.slice(0, 2));
  const times = Math.ceil(STREAM_BYTES / Buffer.byteLength(delta));
  const wire = Buffer.from(
    encodeEvents(answer.start) +
      delta.repeat(times) +
      encodeEvents([...answer.terminal, ...answer.usage, ...answer.closer]),
  );
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < wire.length; at += CHUNK_BYTES) chunks.push(wire.subarray(at, at + CHUNK_BYTES));
  return { chunks, events: 2 * times };
}

/** Microseconds of processor time, best of several: other programs on the machine change the clock's time, not this one. */
async function costOf(work: () => Promise<unknown>): Promise<number> {
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, user + system);
  }
  return best;
}

async function measureCost(): Promise<Record<string, number>> {
  const { chunks, events } = makeStream();
  const source: Fetch = async () =>
    new Response(ReadableStream.from(chunks), { headers: { "content-type": "text/event-stream" } });
  const guard = createGuardedFetch({ clock, fetch: source });
  const read = async (fetch: Fetch): Promise<void> => {
    const response = await fetch("http://127.0.0.1/v1/chat/completions", { method: "POST", body: '{"stream":true}' });
    for await (const _ of response.body ?? []);
  };
  const perEvent = (us: number): number => Math.round((us / events) * 10) / 10;
  const cost: Record<string, number> = {};
  const raw = await costOf(() => read(source));
  cost["guard alone"] = perEvent((await costOf(() => read(guard))) - raw);
  const readParts = async (): Promise<void> => {
    const response = await guard("http://127.0.0.1/v1/chat/completions", { method: "POST", body: '{"stream":true}' });
    if (response.body !== null) for await (const _ of readWire(response.body, { hint: "sse" }));
  };
  cost["guard and reading"] = perEvent((await costOf(readParts)) - raw);
  for (const client of CLIENTS) {
    if (client.protocol !== "openai-chat" || client.name === "openai chat.stream") continue;
    cost[`${client.name}, unguarded`] = perEvent(await costOf(() => client.ask("http://127.0.0.1", source)));
    cost[`${client.name}, guarded`] = perEvent(await costOf(() => client.ask("http://127.0.0.1", guard)));
  }
  return cost;
}

const show = (tally: Tally): string =>
  Object.entries(tally)
    .map(([verdict, count]) => `${verdict} ${count}`)
    .join(", ");

function report(results: Results, last: Results | undefined): void {
  const lines = ["| provider's behaviour | clients as they are | behind the guard |", "|---|---|---|"];
  for (const [behaviour, { unguarded, guarded }] of Object.entries(results.behaviours)) {
    lines.push(`| ${behaviour} | ${show(unguarded)} | ${show(guarded)} |`);
  }
  lines.push("", `| µs of CPU an event, ${STREAM_BYTES / 1e6} MB stream | now | last recorded |`, "|---|---|---|");
  for (const [name, cost] of Object.entries(results.microsecondsPerEvent)) {
    lines.push(`| ${name} | ${cost} | ${last?.microsecondsPerEvent[name] ?? "–"} |`);
  }
  console.log(lines.join("\n"));
}

function readLast(): Results | undefined {
  try {
    return JSON.parse(readFileSync(RESULTS, "utf8")) as Results;
  } catch {
    return undefined;
  }
}

if (process.argv.includes("--cost")) {
  console.log(JSON.stringify(await measureCost(), undefined, 2));
  process.exit(0);
}
const unguarded = await judgeAll(false);
const guarded = await judgeAll(true);
const results: Results = {
  node: process.version,
  cpu: `${cpus()[0]?.model ?? "unknown"} x${cpus().length}`,
  behaviours: Object.fromEntries(
    BEHAVIOURS.map((behaviour) => [
      behaviour,
      { unguarded: unguarded.get(behaviour) ?? {}, guarded: guarded.get(behaviour) ?? {} },
    ]),
  ),
  microsecondsPerEvent: await measureCost(),
};
report(results, readLast());
if (process.argv.includes("--record")) writeRecord("llm.json", results);
const hanging = [...guarded.values()].reduce((sum, tally) => sum + (tally.hang ?? 0), 0);
// Streams that hang on purpose keep sockets open; everything is said.
process.exit(hanging === 0 ? 0 : 1);
