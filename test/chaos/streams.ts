import { seededRandom } from "../support/reply-bench.ts";
import type { BarOptions, BarReport } from "./bars.ts";
import { StreamTown } from "./stream-town.ts";
import type { Gateway } from "./stream-town.ts";
import { StreamWriter } from "./stream-writer.ts";

/** What happens to the gateways, one after another, while streams are written. */
export type Fate = "kill" | "replace";

const LEASE_SECONDS = 5;
/** Between what happens to one gateway and to the next: the others have taken over by then. */
const BETWEEN_MS = (LEASE_SECONDS + 4) * 1_000;
const CLOSED_WITHIN_MS = (LEASE_SECONDS + 10) * 1_000;
/** What is not there by then is lost, not late. */
const GIVE_UP_MS = 120_000;
const EVERY_MS = 8_000;
const OPEN_AT_ONCE = 20;
/** The last one is killed while the streams are being ended. */
const INTO_THE_ENDS_MS = 300;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Seconds that a run takes at most. */
export const streamsLongest = ({ processes = 4 }: BarOptions): number => 300 + processes * 30;

/** Many open streams of many apps, and `fate` for each of their gateways in turn. */
export async function runStreams(
  fate: Fate,
  { seed, processes = 4, chats = 1_000, logs }: BarOptions,
  apps: number,
): Promise<BarReport> {
  const random = seededRandom(seed);
  const chatsOfApp = Math.ceil(chats / apps);
  const town = await StreamTown.open({ apps, chatsOfApp, processes, leaseSeconds: LEASE_SECONDS, logs });
  try {
    const first = [...town.gateways];
    const writers = town.places.slice(0, chats).map(
      (place, index) =>
        // Each gateway writes as many as the others.
        new StreamWriter({
          town,
          name: `s${index}`,
          place,
          gateway: first[index % first.length] as Gateway,
          everyMs: EVERY_MS,
          random,
        }),
    );
    // Not all at once: a machine that stalls makes CardKit look broken, and what it does not write is not gone on with.
    for (let index = 0; index < writers.length; index += OPEN_AT_ONCE)
      await Promise.all(writers.slice(index, index + OPEN_AT_ONCE).map((writer) => writer.open()));
    let isOver = false;
    const writing = Promise.all(writers.map((writer) => writer.write(() => isOver)));
    const last = first.pop();
    for (const gateway of first) {
      await pause(BETWEEN_MS);
      await meet(fate, town, gateway);
    }
    await pause(BETWEEN_MS);
    isOver = true;
    await writing;
    const ending = Promise.all(writers.map((writer) => writer.finalize()));
    await pause(INTO_THE_ENDS_MS);
    const lastAt = performance.now();
    const met = last && meet(fate, town, last);
    const untilClosedMs = await untilClosed(writers, lastAt);
    await Promise.all([ending, met]);
    const complaints = writers.flatMap((writer) => writer.complaint() ?? []);
    const refusals = writers.flatMap((writer) => writer.refusals);
    const lost = writers.reduce((sum, writer) => sum + writer.lost, 0);
    const rejected = town.emulator.timeline.find({ code: 99_991_400 }).length;
    const figures = {
      streams: writers.length,
      apps,
      processes,
      characters: writers.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0),
      lostCharacters: lost,
      inSeveralMessages: writers.filter(({ messages }) => messages > 1).length,
      complaints: complaints.slice(0, 10),
      refusals: refusals.slice(0, 10),
      untilAllClosedMs: untilClosedMs,
      calls: town.emulator.timeline.entries().length,
      rejected,
    };
    const isLate = untilClosedMs === undefined || untilClosedMs > CLOSED_WITHIN_MS;
    return {
      figures,
      broken: [
        ...(lost > 0 ? [`acknowledged characters lost: ${lost}, must be 0`] : []),
        ...(complaints.length > 0 ? [`streams that readers do not see once and whole: ${complaints.length}`] : []),
        ...(refusals.length > 0 ? [`calls refused: ${refusals.length}, must be 0`] : []),
        ...(isLate ? [`cards open ${CLOSED_WITHIN_MS} ms after the last gateway's end`] : []),
      ],
    };
  } finally {
    await town.close();
  }
}

async function meet(fate: Fate, town: StreamTown, gateway: Gateway): Promise<void> {
  const leave = (): void => void town.gateways.splice(town.gateways.indexOf(gateway), 1);
  if (fate === "kill") {
    gateway.cli.child.kill("SIGKILL");
    // Whoever calls it finds out by himself for a moment.
    await pause(1_000);
    leave();
    town.gateways.push(await town.start());
    return;
  }
  town.gateways.push(await town.start());
  gateway.cli.child.kill("SIGTERM");
  await pause(500);
  leave();
  await gateway.cli.ended;
}

/** Milliseconds since `from` until nobody has anything to complain about; undefined when that takes so long that it is no matter of waiting. */
async function untilClosed(writers: readonly StreamWriter[], from: number): Promise<number | undefined> {
  while (performance.now() < from + GIVE_UP_MS) {
    if (writers.every((writer) => writer.complaint() === undefined)) return Math.round(performance.now() - from);
    await pause(250);
  }
  return undefined;
}
