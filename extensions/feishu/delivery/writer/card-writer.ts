import { FeishuApiError } from "../../client/index.ts";
import type { FeishuDelivery } from "../engine.ts";
import type { Decision } from "../recovery.ts";
import { decide, isUnknownOutcome, mayBlameImages } from "../recovery.ts";
import type { Operation, Surface, Want, Way } from "../surface/surface.ts";
import type { Tally } from "../reply/tally.ts";
import { waits, writerPatience } from "./writer-patience.ts";
import type { WriterEnd, WriterReply } from "./writer-reply.ts";
import { CHAT_TAKEN } from "./writer-reply.ts";

export interface CardWriterOptions {
  readonly delivery: FeishuDelivery;
  readonly surface: Surface;
  readonly reply: WriterReply;
  readonly tally: Tally;
  /** At least this many milliseconds between writes of text. 0: as often as Feishu allows. */
  readonly flushMs: number;
  /** At least this many milliseconds between writes of text or signs of life, when calls are to be saved. 0: no such limit. */
  readonly paceMs: number;
  /** Ends everything at the reply's deadline, also a call that is under way. */
  readonly signal: AbortSignal;
  /** Ends the work after the call that is under way: its outcome must not be left open. */
  readonly stop: AbortSignal;
}

/** A means that answers nothing but "too often" for this long (ms) is given up for the next one. */
const MAX_LIMITED_MS = 20_000;
/** Longest pause between attempts while a reader waits for words (ms). */
const WAITING_PAUSE_MS = 500;

/** Brings one surface to what is wanted, one call at a time, always the newest state. */
export class CardWriter {
  readonly #options: CardWriterOptions;
  #wake: (() => void) | undefined;
  #poked = false;
  #failures = 0;
  #failingSince = 0;
  #freshTries = 0;
  /** Until when to wait after the last failure, and for how long at most while a reader waits. */
  #pause: { readonly from: number; readonly ms: number; readonly waitingMs: number } | undefined;
  #limitedSince: number | undefined;
  #lastTextAt = -Infinity;
  /** Of text or a sign of life. */
  #lastWriteAt = -Infinity;
  /** Aborted at the deadline and when the work is to stop. */
  readonly #stop: AbortSignal;

  constructor(options: CardWriterOptions) {
    this.#options = options;
    this.#stop = AbortSignal.any([options.signal, options.stop]);
  }

  /** Something new may be wanted. */
  poke(): void {
    this.#poked = true;
    this.#wake?.();
  }

  /** Runs until the card is finished or the surface gives up. May be run again when more is wanted of a finished card. */
  async run(): Promise<WriterEnd> {
    const { surface, reply, delivery } = this.#options;
    const stop = this.#stop;
    for (;;) {
      if (stop.aborted) return { state: "stopped", error: stop.reason };
      this.#poked = false;
      reply.prepare();
      const want = reply.want();
      const step = surface.next(want);
      if (step.do === "done") return { state: "finished" };
      const until = step.do === "wait" ? step.until : this.#notBefore(step.operation, want);
      if (step.do === "wait" || until > delivery.clock.now()) {
        await this.#idle(until);
        continue;
      }
      const end = await this.#perform(step.operation, want.waitingSince);
      if (end !== undefined) return end;
    }
  }

  /** Clock time before which the operation is not to be made. */
  #notBefore(operation: Operation, want: Want): number {
    const { flushMs, paceMs, surface } = this.#options;
    let at = -Infinity;
    if (operation.kind === "text" || operation.kind === "sign") at = this.#lastWriteAt + paceMs;
    if (operation.kind === "text") at = Math.max(at, this.#lastTextAt + flushMs);
    const pause = this.#pause;
    if (pause === undefined) return at;
    return Math.max(
      at,
      pause.from + (waits(surface, operation, want) ? Math.min(pause.ms, pause.waitingMs) : pause.ms),
    );
  }

  /** Waits for its turn, then makes the newest call of the kind. Gives how the work ends by it, if it does. */
  async #perform(operation: Operation, since: number): Promise<WriterEnd | undefined> {
    const { signal, surface, reply, tally, delivery } = this.#options;
    const { clock } = delivery;
    const options = operation.ways.map(({ api, names, notBefore, next }) => ({ use: api, names, notBefore, next }));
    const grant = await delivery.pacer
      .acquire({ options, priority: operation.priority, since, signal: this.#stop })
      .catch((error: unknown) => ({ error }));
    if ("error" in grant) return { state: "stopped", error: grant.error };
    if (grant.use.startsWith("message.") && !(await this.#mayWrite())) {
      grant.cancel();
      return this.#stop.aborted ? undefined : { state: "taken", error: new Error(CHAT_TAKEN) };
    }
    // What was wanted when the place was asked for may be old by now.
    reply.prepare();
    const want = reply.want();
    const newest = surface.next(want);
    const way = newest.do === "call" ? newest.operation.ways.find(({ api }) => api === grant.use) : undefined;
    if (newest.do !== "call" || way === undefined) {
      grant.cancel();
      return undefined;
    }
    const { kind, timeoutMs } = newest.operation;
    const startedAt = clock.now();
    if (kind === "text") this.#lastTextAt = startedAt;
    if (kind === "text" || kind === "sign") this.#lastWriteAt = startedAt;
    if (this.#failures > 0) tally.retries += 1;
    this.#pause = undefined;
    const waitMs = this.#failures > 0 ? delivery.times.retryMs : delivery.times.waitMs;
    const hasty = isCardKit(way) && waits(surface, newest.operation, want);
    try {
      await way.run({ timeoutMs: hasty ? Math.min(timeoutMs, waitMs) : timeoutMs, signal, onCall: tally.onCall });
    } catch (error) {
      if (error instanceof FeishuApiError) delivery.answered();
      tally.failed(startedAt);
      if (this.#failures === 0) this.#failingSince = startedAt;
      return this.#recover(newest.operation, way, error, grant.done);
    }
    grant.done();
    delivery.times.answered(clock.now() - startedAt);
    delivery.answered();
    if (isCardKit(way)) delivery.cardkit.worked();
    this.#failures = 0;
    this.#freshTries = 0;
    this.#limitedSince = undefined;
    tally.settle();
    reply.onShown();
    return undefined;
  }

  async #mayWrite(): Promise<boolean> {
    const may = this.#options.reply.mayWrite();
    return typeof may === "boolean" ? may : (await unlessAborted(may, this.#stop)) === true;
  }

  async #recover(
    operation: Operation,
    way: Way,
    error: unknown,
    done: (limited?: { name: string; waitMs: number }) => void,
  ): Promise<WriterEnd | undefined> {
    const { surface, delivery, tally, signal, reply } = this.#options;
    const { clock, logger } = delivery;
    if (way.images !== undefined && way.images.length > 0 && mayBlameImages(error, way.api)) {
      done();
      reply.onImagesRefused(way.images);
      tally.retries += 1;
      // Of a batch nobody says how much of it was done.
      const goesOn = surface.failed(way, {
        unknown: false,
        decision: way.api === "card.batch_update" ? "resync" : "retry",
      });
      return goesOn ? undefined : { state: "failed", error };
    }
    this.#failures += 1;
    // What the deadline cut off may have been done all the same.
    const unknown = isUnknownOutcome(error) || signal.aborted;
    if (unknown) tally.unknown();
    const decision = decide(error, {
      failures: this.#failures,
      failingForMs: clock.now() - this.#failingSince,
      patience: writerPatience(delivery, surface, operation, reply.want()),
      fresh: surface.isFresh(way),
      freshTries: this.#freshTries,
      neverAnsweredForMs: tally.neverAnsweredForMs(delivery),
      random: delivery.random,
    });
    if (decision.do === "limited") {
      this.#failures -= 1;
      this.#limitedSince ??= clock.now();
      const name = (decision.scope === "card" ? way.names[1] : undefined) ?? way.names[0];
      done(name === undefined ? undefined : { name, waitMs: decision.afterMs });
    } else {
      done();
    }
    const starved = this.#limitedSince !== undefined && clock.now() - this.#limitedSince > MAX_LIMITED_MS;
    const goesOn = surface.failed(way, { unknown, cutOff: signal.aborted, decision: starved ? "end" : decision.do });
    logger.debug("feishu call failed", {
      api: way.api,
      decision: decision.do,
      unknown,
      goesOn,
      failures: this.#failures,
      error: error instanceof Error ? error.message : "not an Error",
    });
    if (signal.aborted) return { state: "stopped", error: signal.reason };
    if (!goesOn) return this.#giveUp(decision, error);
    return this.#goOn(decision, error);
  }

  /** The surface cannot go on with what was wanted of it. */
  #giveUp(decision: Decision, error: unknown): WriterEnd | undefined {
    const { surface, reply } = this.#options;
    if (decision.do === "refused") return { state: "refused", error };
    if (decision.do === "resequence") return { state: "taken", error };
    if (decision.do !== "shrink" && decision.do !== "reopen") return { state: "failed", error };
    if (!reply.onRefused(decision.do === "shrink" ? "too-large" : "closed", error)) return { state: "failed", error };
    surface.keepShown();
    return undefined;
  }

  async #goOn(decision: Decision, error: unknown): Promise<WriterEnd | undefined> {
    const { surface, delivery, reply } = this.#options;
    switch (decision.do) {
      case "resequence": {
        const { cardId } = surface;
        const isTaken = cardId !== undefined && (await unlessAborted(reply.isTaken(cardId), this.#stop));
        return isTaken === true ? { state: "taken", error } : undefined;
      }
      case "soften":
        return reply.onAudited(error) ? undefined : { state: "failed", error };
      case "retarget":
        this.#failures = 0;
        return (await reply.onReplyGone(error)) ? undefined : { state: "refused", error };
      case "again":
        this.#failures -= 1;
        this.#freshTries += 1;
        this.#pause = { from: delivery.clock.now(), ms: decision.afterMs, waitingMs: decision.afterMs };
        return undefined;
      case "gone":
        this.#freshTries = 0;
        return undefined;
      default:
        if ("afterMs" in decision && decision.do !== "limited")
          this.#pause = { from: delivery.clock.now(), ms: decision.afterMs, waitingMs: WAITING_PAUSE_MS };
        return undefined;
    }
  }

  /** Until poked, or until the given clock time, or the deadline. */
  #idle(until: number): Promise<void> {
    const { clock } = this.#options.delivery;
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

/** What comes of `work`; undefined when the signal aborts before. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const { promise, resolve } = Promise.withResolvers<T | undefined>();
  const end = (): void => resolve(undefined);
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  void work.then(resolve).finally(() => signal.removeEventListener("abort", end));
  return promise;
}

function isCardKit({ api }: Way): boolean {
  return api.startsWith("card.") || api.startsWith("element.");
}
