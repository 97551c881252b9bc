import { fork } from "node:child_process";
import { cpus, loadavg } from "node:os";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { startEmulator } from "../../src/emulator/index.ts";
import { writeRecord } from "./write-record.ts";

/**
 * Many cards streaming into one emulator over real HTTP, with a watcher on the live feed as an open page would be. The callers
 * run in a process of their own, so that the event-loop delay measured here is the emulator's.
 *
 * Run with `npm run bench:emulator -- [--cards 200] [--rate 10] [--seconds 20 | --minutes 10] [--page] [--record]`. Fails when
 * the delay's 99th percentile reaches 50 ms; on a busy machine, when what the emulator's own thread computes between two ticks
 * does. `--minutes 10` shows that memory stays bounded: what is still held after a garbage collection is looked at every minute, and
 * the run fails when the end holds a quarter more than the middle did.
 * `--page` opens the page itself in a browser as well, with the chat of the first 20 cards and the inspector.
 */

const { values } = parseArgs({
  options: {
    cards: { type: "string", default: "200" },
    rate: { type: "string", default: "10" },
    seconds: { type: "string", default: "20" },
    minutes: { type: "string" },
    page: { type: "boolean", default: false },
    record: { type: "boolean", default: false },
  },
});
const load = {
  cards: Number(values.cards),
  rate: Number(values.rate),
  seconds: values.minutes === undefined ? Number(values.seconds) : Number(values.minutes) * 60,
};

/** The most that the 99th percentile of the event-loop delay may be, milliseconds. */
const MAX_DELAY_MS = 50;

/** What the callers report at the end. */
interface Report {
  readonly sent: number;
  readonly accepted: number;
  readonly refused: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly feedEvents: number;
}

const emulator = await startEmulator({
  // One app makes all calls, so the budgets it would have at Feishu are lifted.
  settings: { apiPerSecond: 1e9, apiPerMinute: 1e9 },
  world: { cardLimitWhileStreaming: "free" },
});
const { appId, appSecret } = emulator.app;

/** A browser that looks at the chat of the first cards, with the inspector open. */
async function openThePage(): Promise<{ close(): Promise<void> }> {
  const { launchBrowser, openPage } = await import("../support/browser.ts");
  const browser = await launchBrowser();
  const { page: shown } = await openPage(browser, emulator.pageUrl);
  await shown.locator(".conversation-title h1").waitFor();
  await shown.keyboard.press("Alt+I");
  await shown.locator(".inspector .call-row, .inspector .empty-note").first().waitFor();
  return browser;
}
const child = fork(fileURLToPath(new URL("emulator/callers.ts", import.meta.url)), { stdio: "inherit" });
const page = values.page ? await openThePage() : undefined;
const memory: number[] = [];
setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;
/** What is still held when the garbage is gone, in MB: the rest of the resident memory is V8's to give back when it is needed. */
const held: number[] = [];
function weigh(): void {
  collectGarbage();
  held.push(Math.round(process.memoryUsage().heapUsed / 2 ** 20));
}
let cpuAtStart = process.cpuUsage();
const delay = monitorEventLoopDelay({ resolution: 1 });
// What this thread computed between two ticks: the delay it causes by itself, however busy the machine is with other things.
const own: number[] = [];
let cpuBefore = 0;
const ticker = setInterval(() => {
  const { user, system } = process.threadCpuUsage();
  own.push((user + system - cpuBefore) / 1000);
  cpuBefore = user + system;
}, 1);
const sampler = setInterval(() => memory.push(process.memoryUsage().rss / 2 ** 20), 1000);
const scale = values.minutes === undefined ? undefined : setInterval(weigh, 60_000);
child.send({
  ...load,
  apiUrl: emulator.apiUrl,
  adminToken: emulator.adminToken,
  chatId: emulator.directChatId(),
  appId,
  appSecret,
});
const report = await new Promise<Report>((resolve, reject) => {
  child.once("error", reject);
  child.once("exit", (code) => reject(new Error(`the callers ended with ${code}`)));
  child.on("message", (message: { type: "ready" } | { type: "done"; report: Report }) => {
    // Setting up 200 cards is not what is measured.
    if (message.type === "ready") {
      delay.enable();
      own.length = 0;
      cpuAtStart = process.cpuUsage();
    } else resolve(message.report);
  });
});
delay.disable();
const cpu = process.cpuUsage(cpuAtStart);
clearInterval(sampler);
clearInterval(ticker);
clearInterval(scale);
own.sort((a, b) => a - b);
child.disconnect();
await page?.close();
weigh();
await emulator.close();

const share = (sorted: readonly number[], part: number): number =>
  Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0) * 100) / 100;
const ms = (nanoseconds: number): number => Math.round(nanoseconds / 1e4) / 100;
const result = {
  ...load,
  ...report,
  updatesPerSecond: Math.round(report.accepted / load.seconds),
  eventLoopDelayMs: { p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), max: ms(delay.max) },
  /** Computing between two ticks of 1 ms, in this thread. */
  ownDelayMs: { p50: share(own, 0.5), p99: share(own, 0.99), max: share(own, 1) },
  /** Of one core; the rest of the delay is other processes taking their turn. */
  cpuShare: Math.round(((cpu.user + cpu.system) / 1e6 / load.seconds) * 100) / 100,
  rssMb: {
    afterOneSecond: Math.round(memory[0] ?? 0),
    end: Math.round(memory.at(-1) ?? 0),
    peak: Math.round(Math.max(0, ...memory)),
  },
  /** After a garbage collection, every minute and at the end. */
  heldMb: held,
  /** Of the last minute; above the number of cores other processes compete. */
  loadAverage: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  timelineEntries: emulator.timeline.entries().length,
  machine: `${cpus().length} x ${cpus()[0]?.model ?? "?"}, node ${process.version}`,
};
process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
if (values.record) writeRecord("emulator.json", result);
// On a machine that is busy with other things the wall-clock delay says little about the emulator.
const idle = result.loadAverage <= cpus().length;
const slow = result.ownDelayMs.p99 >= MAX_DELAY_MS || (idle && result.eventLoopDelayMs.p99 >= MAX_DELAY_MS);
// The timeline's limits are reached within the first minutes.
const grows = load.seconds >= 600 && (held.at(-1) ?? 0) > 1.25 * (held[held.length >> 1] ?? 0);
if (slow || grows || report.refused > 0) process.exitCode = 1;
