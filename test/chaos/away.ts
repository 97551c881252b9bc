import type { BarOptions, BarReport } from "./bars.ts";
import { isSettled, judge } from "./judge.ts";
import { Town } from "./town.ts";

const AWAY_SECONDS = 60;
/** Answers are under way for so long before Redis is gone. */
const BEFORE_MS = 15_000;
/** Each answer takes about a minute and a half. */
const PACE = { words: () => 180, everyMs: 500 };
const SETTLE_WITHIN_MS = 90_000;
const MOST_REJECTED = 0.01;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const awayLongest = ({ seconds = AWAY_SECONDS }: BarOptions): number => seconds + 15 + 90 + 120;

/** Redis is gone for a minute while more answers are written than the limits have room for. */
export async function runAway({
  seed,
  seconds = AWAY_SECONDS,
  processes = 4,
  chats = 60,
  logs,
}: BarOptions): Promise<BarReport> {
  const town = await Town.open({ processes, chats, leaseSeconds: 15, pace: PACE, logs });
  try {
    const asked = new Map<string, number>();
    const ask = (chat: number): void => {
      const question = `q${asked.size + 1}`;
      asked.set(question, chat);
      town.ask(chat, question);
    };
    // Half of them begin while it is there, the others while it is not.
    const half = Math.ceil(chats / 2);
    const first = seed % chats;
    for (let index = 0; index < half; index++) ask((first + index) % chats);
    await pause(BEFORE_MS);
    await town.aloneRedis.kill();
    const from = town.emulator.timeline.entries().length;
    for (let index = half; index < chats; index++) ask((first + index) % chats);
    await pause(seconds * 1_000);
    const meanwhile = town.emulator.timeline.entries().slice(from);
    await town.aloneRedis.restart();
    const backAt = performance.now();
    while (!isSettled(judge(town, asked), true) && performance.now() < backAt + SETTLE_WITHIN_MS) await pause(500);
    const settledMs = Math.round(performance.now() - backAt);
    await pause(3_000);
    const { lost, doubled, wrong, interrupted, open, questions, inSeveralMessages } = judge(town, asked);
    const entries = town.emulator.timeline.entries();
    const rejectedOf = (calls: typeof entries): number => calls.filter(({ code }) => code === 99_991_400).length;
    const rejected = rejectedOf(entries) / entries.length;
    const bars = { lost, doubled, wrong, interrupted };
    return {
      figures: {
        questions,
        inSeveralMessages,
        ...bars,
        open,
        calls: entries.length,
        callsWhileAway: meanwhile.length,
        contentsWhileAway: meanwhile.filter(({ operation }) => operation === "element.content").length,
        rejected: rejectedOf(entries),
        rejectedWhileAway: rejectedOf(meanwhile),
        settledMs,
      },
      broken: [
        ...Object.entries(bars).flatMap(([name, those]) => (those.length === 0 ? [] : [`${name}: ${those.length}`])),
        ...(open > 0 ? [`open: ${open}, must be 0`] : []),
        ...(rejected > MOST_REJECTED ? [`99991400: ${(rejected * 100).toFixed(1)} %, may be 1 %`] : []),
      ],
    };
  } finally {
    await town.close();
  }
}
