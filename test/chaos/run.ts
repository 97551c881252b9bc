import { seededRandom } from "../support/reply-bench.ts";
import { isSettled, judge } from "./judge.ts";
import type { Verdict } from "./judge.ts";
import { Readers } from "./readers.ts";
import { LEASE_SECONDS, scenarios } from "./scenarios.ts";
import type { Disturbance, Scenario, ScenarioName } from "./scenarios.ts";
import { Town } from "./town.ts";

export interface ChaosOptions {
  readonly scenario: ScenarioName;
  readonly seed: number;
  /** How long people ask and processes are disturbed. */
  readonly seconds: number;
  readonly processes: number;
  readonly chats: number;
  readonly logs?: string | undefined;
}

export interface ChaosReport extends Verdict {
  /** Cards without CardKit, and messages, are not gone on with: they may end early and say so. */
  readonly goesOn: boolean;
  readonly disturbances: readonly string[];
  /** Answers that another process went on with. */
  readonly continued: number;
  /** Milliseconds from a process's end until the model is asked to go on: of each such answer, sorted. */
  readonly takeoverMs: readonly number[];
  /** Answers that two processes had the model write at the same time, although none of them stood still or was cut off. */
  readonly overlaps: number;
  /** Continuations that did not begin with the model's words. */
  readonly garbled: readonly string[];
  /** How long (ms) readers saw less than before, or an ended answer that could be stopped again: each time. */
  readonly stepsBackMs: readonly number[];
  /** How old (ms) the oldest acknowledged write was that a failover cost; 0: none. */
  readonly atRiskMs: number;
  /** Events that nobody took at once, so that Feishu sent them again. */
  readonly sentAgain: number;
  /** Milliseconds after the last question until everything was answered; undefined when it was not. */
  readonly settledMs: number | undefined;
}

/** Feishu sends an event that was not acknowledged again after 15 s, and then after 30 s more (5 min, see `Town`): until then it is not lost. */
export const SETTLE_WITHIN_MS = 75_000;
/** Without CardKit nobody refuses a late write: it may be seen for so long. */
const REPAIRED_WITHIN_MS = 15_000;
/** What a failover may cost where nobody waits for the replica. */
const MOST_AT_RISK_MS = 2_000;
const LOOK_EVERY_MS = 200;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Lets people ask in all chats while one scenario happens again and again, and judges what they see in the end. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const scenario: Scenario = scenarios[options.scenario];
  const goesOn = (scenario.town?.tier ?? "cardkit") === "cardkit";
  const random = seededRandom(options.seed);
  const town = await Town.open({ ...options, leaseSeconds: LEASE_SECONDS, ...scenario.town });
  const readers = new Readers();
  const look = (): void => {
    for (const chatId of town.chatIds) readers.look(town.emulator.visibleTexts(chatId), performance.now());
  };
  const looking = setInterval(look, LOOK_EVERY_MS);
  try {
    const until = performance.now() + options.seconds * 1_000;
    const asked = new Map<string, number>();
    const done: Disturbance[] = [];
    const asking = async (chat: number): Promise<void> => {
      const own = seededRandom(options.seed * 1_000 + chat);
      await pause(own() * 3_000);
      while (performance.now() < until) {
        const question = `q${asked.size + 1}`;
        asked.set(question, chat);
        town.ask(chat, question);
        await pause(2_000 + own() * 6_000);
      }
    };
    const disturbing = async (): Promise<void> => {
      while (performance.now() < until) done.push(await scenario.disturb(town, random));
    };
    await Promise.all([disturbing(), ...town.chatIds.map((_, chat) => asking(chat))]);
    const lastAt = performance.now();
    let verdict = judge(town, asked);
    while (!isSettled(verdict, goesOn) && performance.now() < lastAt + SETTLE_WITHIN_MS) {
      await pause(500);
      verdict = judge(town, asked);
    }
    const settledMs = isSettled(verdict, goesOn) ? Math.round(performance.now() - lastAt) : undefined;
    // Whoever was taken for dead must not write now either.
    await pause(goesOn ? LEASE_SECONDS * 1_000 : REPAIRED_WITHIN_MS);
    look();
    const events = town.emulator.timeline.find({ operation: "event.im.message.receive_v1" });
    return {
      goesOn,
      ...judge(town, asked),
      ...countTakeovers(town, done),
      stepsBackMs: readers.stepsBack(performance.now()).map(Math.round),
      atRiskMs: Math.round(Math.max(0, ...done.map(({ atRiskMs = 0 }) => atRiskMs))),
      sentAgain: events.filter(({ outcome }) => outcome === "lost").length,
      settledMs,
    };
  } finally {
    clearInterval(looking);
    await town.close();
  }
}

function countTakeovers(
  { model }: Town,
  done: readonly Disturbance[],
): Pick<ChaosReport, "disturbances" | "continued" | "takeoverMs" | "overlaps" | "garbled"> {
  const takeoverMs: number[] = [];
  let overlaps = 0;
  for (const entry of model.asked) {
    const before = model.asked.filter(({ question, at }) => question === entry.question && at < entry.at).at(-1);
    if (before === undefined || before.by === entry.by) continue;
    const gone = done.findLast(({ gone: left }) => left?.name === before.by && left.at < entry.at)?.gone;
    if (gone !== undefined && entry.isContinued) takeoverMs.push(Math.round(entry.at - gone.at));
    if (gone === undefined && (before.endedAt ?? Infinity) > entry.at) overlaps += 1;
  }
  return {
    disturbances: done.map(({ what }) => what),
    continued: model.asked.filter(({ isContinued }) => isContinued).length,
    takeoverMs: takeoverMs.toSorted((a, b) => a - b),
    overlaps,
    garbled: model.garbled,
  };
}

/** What of the bars was not met. */
export function brokenBars(report: ChaosReport): readonly string[] {
  const bars = {
    lost: report.lost.length,
    doubled: report.doubled.length,
    wrong: report.wrong.length,
    interrupted: report.goesOn ? report.interrupted.length : 0,
    open: report.open,
    overlaps: report.overlaps,
    garbled: report.garbled.length,
    "steps back that readers saw": report.stepsBackMs.filter((ms) => report.goesOn || ms > REPAIRED_WITHIN_MS).length,
    "failovers that cost more than two seconds": report.atRiskMs > MOST_AT_RISK_MS ? 1 : 0,
    // A run in which nothing happened shows nothing.
    "runs without a disturbance": report.disturbances.length === 0 ? 1 : 0,
  };
  return Object.entries(bars).flatMap(([name, count]) => (count === 0 ? [] : [`${name}: ${count}, must be 0`]));
}
