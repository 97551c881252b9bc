import type { TimelineEntry } from "../../src/emulator/index.ts";
import { API_PER_MINUTE } from "../../src/emulator/limits.ts";
import { seededRandom } from "../support/reply-bench.ts";
import type { BarOptions, BarReport } from "./bars.ts";
import { StreamTown } from "./stream-town.ts";
import type { Gateway } from "./stream-town.ts";
import { StreamWriter } from "./stream-writer.ts";

/** Streams at each gateway: together more than the limits have room for. */
const DEMAND = [60, 20, 10, 10];
const SECONDS = 130;
const EVERY_MS = 1_000;
/** Typed text: what the limit is on. */
const OPERATION = "element.content";
const LEAST_OF_THEORY = 0.95;
const MOST_OFF = 0.1;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const budgetLongest = ({ seconds = SECONDS }: BarOptions): number => seconds + 180;

/** One app's streams at four gateways, which always have something to write: whether the limit is kept, used, and shared out fairly. */
export async function runBudget({ seed, seconds = SECONDS, logs }: BarOptions): Promise<BarReport> {
  const random = seededRandom(seed);
  const chatsOfApp = DEMAND.reduce((sum, streams) => sum + streams, 0);
  const town = await StreamTown.open({ apps: 1, chatsOfApp, processes: DEMAND.length, leaseSeconds: 15, logs });
  try {
    const at = DEMAND.flatMap((streams, index) => Array.from({ length: streams }, () => index));
    const writers = town.places.map(
      (place, index) =>
        new StreamWriter({
          town,
          name: `s${index}`,
          place,
          gateway: town.gateways[at[index] ?? 0] as Gateway,
          everyMs: EVERY_MS,
          random,
        }),
    );
    await Promise.all(writers.map((writer) => writer.open()));
    let isOver = false;
    const writing = Promise.all(writers.map((writer) => writer.write(() => isOver)));
    await pause(seconds * 1_000);
    const calls = town.emulator.timeline.find({ operation: OPERATION, outcome: "answered" });
    const all = [...town.emulator.timeline.entries()];
    isOver = true;
    await writing;
    await Promise.all(writers.map((writer) => writer.finalize()));
    return weigh(calls, all, { town, writers, at });
  } finally {
    await town.close();
  }
}

interface Written {
  readonly town: StreamTown;
  readonly writers: readonly StreamWriter[];
  /** By stream: the place of its gateway in {@link DEMAND}. */
  readonly at: readonly number[];
}

function weigh(
  calls: readonly TimelineEntry[],
  all: readonly TimelineEntry[],
  { town, writers, at }: Written,
): BarReport {
  const gatewayOf = new Map<string, number>();
  for (const [index, { place }] of writers.entries())
    for (const { cardId } of town.emulator.visibleTexts(place.chatId))
      if (cardId !== undefined) gatewayOf.set(cardId, at[index] ?? 0);
  const perGateway = DEMAND.map(
    (_, index) => calls.filter(({ cardId = "" }) => gatewayOf.get(cardId) === index).length,
  );
  const total = perGateway.reduce((sum, count) => sum + count, 0);
  const wanted = DEMAND.reduce((sum, streams) => sum + streams, 0);
  const shares = perGateway.map((count) => count / total);
  const off = shares.map((share, index) => Math.abs(share / ((DEMAND[index] ?? 0) / wanted) - 1));
  // A fifth of the minute's calls at once and the others evenly: no minute has more than Feishu allows.
  const spentMs = (calls.at(-1)?.at ?? 0) - (calls[0]?.at ?? 0);
  const theory = API_PER_MINUTE * (0.2 + (0.8 * spentMs) / 60_000);
  const rejected = all.filter(({ code }) => code === 99_991_400).length;
  const complaints = writers.flatMap((writer) => writer.complaint() ?? []);
  return {
    figures: {
      calls: total,
      seconds: Math.round(spentMs / 1_000),
      theory: Math.round(theory),
      ofTheory: Number((total / theory).toFixed(3)),
      shares: shares.map((share) => Number(share.toFixed(3))),
      byOperation: Object.fromEntries(
        [...Map.groupBy(all, ({ operation }) => operation)].map(([operation, those]) => [operation, those.length]),
      ),
      rejected,
      complaints: complaints.slice(0, 10),
    },
    broken: [
      ...(rejected > 0 ? [`99991400: ${rejected}, must be 0`] : []),
      ...(total < LEAST_OF_THEORY * theory ? [`${total} calls, must be ${Math.ceil(LEAST_OF_THEORY * theory)}`] : []),
      ...(Math.max(...off) > MOST_OFF ? [`shares ${shares.map((share) => share.toFixed(3)).join(", ")}`] : []),
      ...(complaints.length > 0 ? [`streams that readers do not see once and whole: ${complaints.length}`] : []),
    ],
  };
}
