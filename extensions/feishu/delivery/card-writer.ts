import type { Logger } from "../../../src/log/index.ts";
import type { Pacer } from "../../../src/stream/index.ts";
import type { Clock } from "../../../src/time/index.ts";
import { sleep } from "../../../src/time/index.ts";
import type { Patience } from "./recovery.ts";
import { decide, isUnknownOutcome, mayBlameImages } from "./recovery.ts";
import type { Operation, Surface, Want, Way } from "./surface.ts";
import type { Tally } from "./tally.ts";

export interface CardWriterOptions {
  readonly surface: Surface;
  /** The newest state; asked before every write. */
  readonly want: () => Want;
  /** Clock time since when the reader has been waiting for text of this card. */
  readonly waitingSince: () => number;
  /** Something was acknowledged. */
  readonly onShown: () => void;
  /** The card takes no more text as it is (too large, or closed for good). False when nothing less can be wanted. */
  readonly onRefused: (why: "too-large" | "closed") => boolean;
  /** Feishu would not take a write that carried these image keys. */
  readonly onImagesRefused: (keys: readonly string[]) => void;
  readonly pacer: Pacer;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly tally: Tally;
  readonly patience: Patience;
  /** At least this many milliseconds between writes of text. 0: as often as Feishu allows. */
  readonly flushMs: number;
  /** At least this many milliseconds between writes of text or signs of life, when calls are to be saved. 0: no such limit. */
  readonly paceMs: number;
  /** Ends everything at the reply's deadline, also a call that is under way. */
  readonly signal: AbortSignal;
  /** Ends the work after the call that is under way: its outcome must not be left open. */
  readonly stop?: AbortSignal | undefined;
}

/** A means that answers nothing but "too often" for this long (ms) is given up for the next one. */
const MAX_LIMITED_MS = 20_000;

/** How a writer ended: all written and closed, or the surface cannot go on. */
export type WriterEnd = { readonly state: "finished" } | { readonly state: "failed"; readonly error: unknown };

/** Brings one surface to what is wanted, one call at a time, always the newest state. */
export class CardWriter {
  readonly #options: CardWriterOptions;
  #wake: (() => void) | undefined;
  #poked = false;
  #failures = 0;
  #failingSince = 0;
  #limitedSince: number | undefined;
  #lastTextAt = -Infinity;
  /** Of text or a sign of life. */
  #lastWriteAt = -Infinity;

  /** Aborted at the deadline and when the work is to stop. */
  readonly #stop: AbortSignal;

  constructor(options: CardWriterOptions) {
    this.#options = options;
    this.#stop = options.stop === undefined ? options.signal : AbortSignal.any([options.signal, options.stop]);
  }

  /** Something new may be wanted. */
  poke(): void {
    this.#poked = true;
    this.#wake?.();
  }

  /** Runs until the card is finished or the surface gives up. May be run again when more is wanted of a finished card. */
  async run(): Promise<WriterEnd> {
    const { surface, want } = this.#options;
    const stop = this.#stop;
    for (;;) {
      if (stop.aborted) return { state: "failed", error: stop.reason };
      this.#poked = false;
      const operation = surface.next(want());
      if (operation === undefined) {
        if (surface.finished) return { state: "finished" };
        await this.#idle(surface.wakeAt());
        continue;
      }
      const early = this.#tooEarly(operation);
      if (early > 0) {
        await this.#idle(this.#options.clock.now() + early);
        continue;
      }
      const error = await this.#perform(operation);
      if (error !== undefined) return { state: "failed", error };
    }
  }

  /** Waits for its turn, then makes the newest call of the kind. Gives the error that ends the surface, if any. */
  async #perform(operation: Operation): Promise<unknown> {
    const { pacer, signal, surface, want, clock, tally } = this.#options;
    const options = operation.ways.map((way) => ({ use: way.api, names: way.names }));
    const since = this.#options.waitingSince();
    const grant = await pacer
      .acquire({ options, priority: operation.priority, since, signal: this.#stop })
      .catch((error: unknown) => ({ error }));
    if ("error" in grant) return grant.error;
    // What was wanted when the place was asked for may be old by now.
    const newest = surface.next(want());
    const way = newest?.ways.find(({ api }) => api === grant.use);
    if (newest === undefined || way === undefined) {
      grant.cancel();
      return undefined;
    }
    if (newest.kind === "text") this.#lastTextAt = clock.now();
    if (newest.kind === "text" || newest.kind === "sign") this.#lastWriteAt = clock.now();
    if (this.#failures > 0) tally.retries += 1;
    try {
      await way.run({ timeoutMs: newest.timeoutMs, signal, onCall: tally.onCall });
    } catch (error) {
      return this.#recover(way, error, grant.done);
    }
    grant.done();
    this.#failures = 0;
    this.#limitedSince = undefined;
    tally.settle();
    this.#options.onShown();
    return undefined;
  }

  async #recover(
    way: Way,
    error: unknown,
    done: (limited?: { name: string; waitMs: number }) => void,
  ): Promise<unknown> {
    const { surface, clock, random, patience, logger, tally, signal, onRefused, onImagesRefused } = this.#options;
    if (way.images !== undefined && way.images.length > 0 && mayBlameImages(error, way.api)) {
      done();
      onImagesRefused(way.images);
      tally.retries += 1;
      // Of a batch nobody says how much of it was done.
      return surface.failed(way, { unknown: false, decision: way.api === "card.batch_update" ? "resync" : "retry" })
        ? undefined
        : error;
    }
    if (this.#failures === 0) this.#failingSince = clock.now();
    this.#failures += 1;
    const unknown = isUnknownOutcome(error);
    if (unknown) tally.unknown();
    const failingForMs = clock.now() - this.#failingSince;
    const decision = decide(error, { failures: this.#failures, failingForMs, patience, random });
    if (decision.do === "limited") {
      this.#failures -= 1;
      this.#limitedSince ??= clock.now();
      const name = (decision.scope === "card" ? way.names[1] : undefined) ?? way.names[0];
      done(name === undefined ? undefined : { name, waitMs: decision.afterMs });
    } else {
      done();
    }
    const starved = this.#limitedSince !== undefined && clock.now() - this.#limitedSince > MAX_LIMITED_MS;
    const goesOn = surface.failed(way, { unknown, decision: starved ? "end" : decision.do });
    logger.debug("feishu call failed", {
      api: way.api,
      decision: decision.do,
      unknown,
      goesOn,
      failures: this.#failures,
      error: error instanceof Error ? error.message : "not an Error",
    });
    if (signal.aborted) return signal.reason;
    if (!goesOn) {
      if (decision.do === "shrink" || decision.do === "reopen") {
        if (!onRefused(decision.do === "shrink" ? "too-large" : "closed")) return error;
        surface.freeze();
        return undefined;
      }
      return error;
    }
    if ("afterMs" in decision && decision.do !== "limited") {
      await sleep(clock, decision.afterMs, signal).catch(() => undefined);
    }
    return undefined;
  }

  #tooEarly(operation: Operation): number {
    const { flushMs, paceMs, clock } = this.#options;
    if (operation.kind !== "text" && operation.kind !== "sign") return 0;
    const nextText = operation.kind === "text" ? this.#lastTextAt + flushMs : 0;
    return Math.max(nextText, this.#lastWriteAt + paceMs) - clock.now();
  }

  /** Until poked, or until the given clock time, or the deadline. */
  #idle(until: number): Promise<void> {
    const { clock } = this.#options;
    const signal = this.#stop;
    if (this.#poked || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        cancel?.();
        signal.removeEventListener("abort", end);
        this.#wake = undefined;
        resolve();
      };
      const cancel = until === Infinity ? undefined : clock.setTimer(until - clock.now(), end);
      signal.addEventListener("abort", end, { once: true });
      this.#wake = end;
    });
  }
}
