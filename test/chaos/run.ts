import { seededRandom } from "../support/reply-bench.ts";
import { isSettled, judge } from "./judge.ts";
import type { Verdict } from "./judge.ts";
import { LEASE_SECONDS, scenarios } from "./scenarios.ts";
import type { Disturbance } from "./scenarios.ts";
import { Town } from "./town.ts";

export interface ChaosOptions {
  readonly scenario: string;
  readonly seed: number;
  /** How long people ask and processes are disturbed. */
  readonly seconds: number;
  readonly processes: number;
  readonly chats: number;
}

export interface ChaosReport extends Verdict {
  readonly disturbances: readonly string[];
  /** Answers that another process went on with. */
  readonly continued: number;
  /** Milliseconds from a process's end until the model is asked to go on: of each such answer, sorted. */
  readonly takeoverMs: readonly number[];
  /** Answers that two processes had the model write at the same time, although none of them stood still or was cut off. */
  readonly overlaps: number;
  /** Continuations that did not begin with the model's words. */
  readonly garbled: readonly string[];
  /** Milliseconds after the last question until everything was answered; undefined when it was not. */
  readonly settledMs: number | undefined;
}

/** Feishu sends an event that was not acknowledged again after 15 s, and then after 5 min: until then it is not lost. */
const SETTLE_WITHIN_MS = 330_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Lets people ask in all chats while one scenario happens again and again, and judges what they see in the end. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const disturb = scenarios[options.scenario];
  if (disturb === undefined)
    throw new TypeError(`no scenario ${options.scenario}: ${Object.keys(scenarios).join(", ")}`);
  const random = seededRandom(options.seed);
  const town = await Town.open({ ...options, leaseSeconds: LEASE_SECONDS });
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
      while (performance.now() < until) done.push(await disturb(town, random));
    };
    await Promise.all([disturbing(), ...town.chatIds.map((_, chat) => asking(chat))]);
    const lastAt = performance.now();
    let verdict = judge(town, asked);
    while (!isSettled(verdict) && performance.now() < lastAt + SETTLE_WITHIN_MS) {
      await pause(500);
      verdict = judge(town, asked);
    }
    const settledMs = isSettled(verdict) ? Math.round(performance.now() - lastAt) : undefined;
    // Whoever was taken for dead must not write now either.
    await pause(LEASE_SECONDS * 1_000);
    return { ...judge(town, asked), ...countTakeovers(town, done), settledMs };
  } finally {
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
    const gone = done.find(({ gone: left }) => left?.name === before.by && left.at < entry.at)?.gone;
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
    interrupted: report.interrupted.length,
    open: report.open,
    overlaps: report.overlaps,
    garbled: report.garbled.length,
  };
  return Object.entries(bars).flatMap(([name, count]) => (count === 0 ? [] : [`${name}: ${count}, must be 0`]));
}
