import type { TimelineEntry } from "../../src/emulator/index.ts";
import { API_PER_MINUTE } from "../../src/emulator/limits.ts";
import { answersIn, seededRandom } from "../support/reply-bench.ts";
import type { BarOptions, BarReport } from "./bars.ts";
import { bare } from "./judge.ts";
import { StreamTown } from "./stream-town.ts";
import type { Gateway, Place } from "./stream-town.ts";

/** Streams at each gateway: together more than the limits have room for. */
const DEMAND = [60, 20, 10, 10];
const SECONDS = 130;
const EVERY_MS = 200;
/** Typed text: what the limit is on. */
const OPERATION = "element.content";
const BEGIN_EVERY_MS = 120;
/** What may be called at once is used up by then. */
const SETTLED_MS = 20_000;
const LEAST_OF_THEORY = 0.95;
const MOST_OFF = 0.1;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const budgetLongest = ({ seconds = SECONDS }: BarOptions): number => seconds + 210;

/** One app's streams at four gateways, which always have something to write: whether the limit is kept, used, and shared out fairly. */
export async function runBudget({ seed, seconds = SECONDS, logs }: BarOptions): Promise<BarReport> {
  const random = seededRandom(seed);
  const chatsOfApp = DEMAND.reduce((sum, streams) => sum + streams, 0);
  const town = await StreamTown.open({ apps: 1, chatsOfApp, processes: DEMAND.length, leaseSeconds: 15, logs });
  try {
    const at = DEMAND.flatMap((streams, index) => Array.from({ length: streams }, () => index));
    let isOver = false;
    // One after another: a hundred cards at once are more than an app may make.
    const sources = town.places.map(
      (place, index) => new Source(`s${index}`, place, index * BEGIN_EVERY_MS + random() * EVERY_MS),
    );
    const piping = sources.map((source, index) =>
      town.pipe(
        source.place,
        source.stream(() => isOver),
        town.gateways[at[index] ?? 0] as Gateway,
      ),
    );
    await pause(sources.length * BEGIN_EVERY_MS + SETTLED_MS);
    const from = town.emulator.timeline.entries().length;
    await pause(seconds * 1_000);
    const all = [...town.emulator.timeline.entries()];
    isOver = true;
    const refused = (await Promise.all(piping)).filter((status) => status !== 200).length;
    return weigh(all, { town, sources, at, refused, from });
  } finally {
    await town.close();
  }
}

/** A text that never pauses for as long as a reader would notice. */
class Source {
  readonly place: Place;
  written = "";
  readonly #name: string;
  readonly #firstMs: number;
  #words = 0;

  constructor(name: string, place: Place, firstMs: number) {
    this.#name = name;
    this.place = place;
    this.#firstMs = firstMs;
  }

  stream(isOver: () => boolean): ReadableStream<Uint8Array> {
    const encoder = new TextEncoder();
    return new ReadableStream({
      start: () => pause(this.#firstMs),
      pull: async (controller) => {
        await pause(EVERY_MS);
        if (isOver()) {
          controller.close();
          return;
        }
        const text = `${this.#name}w${this.#words++} `;
        this.written += text;
        controller.enqueue(encoder.encode(text));
      },
    });
  }
}

interface Written {
  readonly town: StreamTown;
  readonly sources: readonly Source[];
  /** By source: the place of its gateway in {@link DEMAND}. */
  readonly at: readonly number[];
  readonly refused: number;
  /** The call from which on all of them write. */
  readonly from: number;
}

function weigh(all: readonly TimelineEntry[], { town, sources, at, refused, from }: Written): BarReport {
  const gatewayOf = new Map<string, number>();
  for (const [index, { place }] of sources.entries())
    for (const { cardId } of town.emulator.visibleTexts(place.chatId))
      if (cardId !== undefined) gatewayOf.set(cardId, at[index] ?? 0);
  const calls = all.slice(from).filter(({ operation, outcome }) => operation === OPERATION && outcome === "answered");
  const perGateway = DEMAND.map(
    (_, index) => calls.filter(({ cardId = "" }) => gatewayOf.get(cardId) === index).length,
  );
  const wanted = DEMAND.reduce((sum, streams) => sum + streams, 0);
  const shares = perGateway.map((count) => count / calls.length);
  const off = shares.map((share, index) => Math.abs(share / ((DEMAND[index] ?? 0) / wanted) - 1));
  const spentMs = (calls.at(-1)?.at ?? 0) - (calls[0]?.at ?? 0);
  // What a minute allows, less the fifth that may be called at once, which is spent by now.
  const theory = (API_PER_MINUTE * 0.8 * spentMs) / 60_000;
  const rejected = all.filter(({ code }) => code === 99_991_400);
  const wrong = sources.filter(
    ({ place, written }) => bare(answersIn(town.emulator, place.chatId).join("")) !== bare(written),
  ).length;
  return {
    figures: {
      calls: calls.length,
      seconds: Math.round(spentMs / 1_000),
      theory: Math.round(theory),
      ofTheory: Number((calls.length / theory).toFixed(3)),
      shares: shares.map((share) => Number(share.toFixed(3))),
      byOperation: byOperation(all),
      rejected: byOperation(rejected),
      refused,
      wrong,
    },
    broken: [
      ...(rejected.length > 0 ? [`99991400: ${rejected.length}, must be 0`] : []),
      ...(calls.length < LEAST_OF_THEORY * theory
        ? [`${calls.length} calls, must be ${Math.ceil(LEAST_OF_THEORY * theory)}`]
        : []),
      ...(Math.max(...off) > MOST_OFF ? [`shares ${shares.map((share) => share.toFixed(3)).join(", ")}`] : []),
      ...(refused + wrong > 0 ? [`streams refused: ${refused}, not seen once and whole: ${wrong}`] : []),
    ],
  };
}

const byOperation = (calls: readonly TimelineEntry[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...Map.groupBy(calls, ({ operation }) => operation)].map(([operation, those]) => [operation, those.length]),
  );
