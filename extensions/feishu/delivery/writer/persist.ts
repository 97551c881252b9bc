import type { PaceGrant, PacePriority } from "../../../../src/stream/index.ts";
import { sleep } from "../../../../src/time/index.ts";
import type { FeishuDelivery } from "../engine.ts";
import type { Patience } from "../recovery.ts";
import { decide, isUnknownOutcome } from "../recovery.ts";
import type { Tally } from "../reply/tally.ts";

export interface PersistOptions {
  readonly signal?: AbortSignal | undefined;
  /** The limits that count each attempt, that of a chat or card second, and how urgent it is. @defaultValue none */
  readonly pace?: { readonly names: readonly string[]; readonly priority: PacePriority } | undefined;
  /** How often and how long to try. @defaultValue the account's */
  readonly patience?: Patience | undefined;
  /** Counts the attempts of a reply. */
  readonly tally?: Tally | undefined;
}

/** Until the signal aborts. */
export const ENDLESS: Patience = { failures: Infinity, forMs: Infinity };

/**
 * Does `work`, which must do no harm when repeated, until it succeeds or there is no use.
 * @throws the last error, or the signal's reason.
 */
export async function persist<T>(
  delivery: FeishuDelivery,
  options: PersistOptions,
  work: () => Promise<T>,
): Promise<T> {
  const { clock, random } = delivery;
  const { signal, pace, patience = delivery.patience, tally } = options;
  const startedAt = clock.now();
  for (let failures = 1; ; failures++) {
    let grant: PaceGrant<unknown> | undefined;
    if (pace !== undefined) {
      const { names, priority } = pace;
      const request = { options: [{ use: undefined, names }], priority, since: startedAt, signal };
      grant = await delivery.pacer.acquire(request);
    }
    if (failures > 1 && tally !== undefined) tally.retries += 1;
    try {
      const result = await work();
      grant?.done();
      tally?.settle();
      return result;
    } catch (error) {
      if (isUnknownOutcome(error)) tally?.unknown();
      tally?.failed(startedAt);
      const decision = decide(error, {
        failures,
        failingForMs: clock.now() - startedAt,
        patience,
        neverAnsweredForMs: tally?.neverAnsweredForMs(delivery),
        random,
      });
      const limit = decision.do === "limited" ? pace?.names[decision.scope === "card" ? 1 : 0] : undefined;
      grant?.done(
        limit === undefined || decision.do !== "limited" ? undefined : { name: limit, waitMs: decision.afterMs },
      );
      if (decision.do !== "retry" && decision.do !== "limited" && decision.do !== "resequence") throw error;
      // Where the limit is known the pacer holds everybody back.
      if ("afterMs" in decision && limit === undefined) await sleep(clock, decision.afterMs, signal);
    }
  }
}
