import { sleep } from "../../../src/time/index.ts";
import type { FeishuDelivery } from "../delivery/index.ts";
import { FeishuApiError, FeishuTransportError } from "../client/index.ts";

const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 500;
/** A model should hear of a longer wait instead of sitting in it. */
const LONGEST_PAUSE_MS = 5_000;

/**
 * Runs a call that may be repeated: one with a `uuid`, one that reads, or one that replaces. Repeats it when there was no answer, on
 * server errors and when Feishu asks for a short wait.
 * @throws what the last attempt threw, or the signal's reason.
 */
export async function attempt<T>(delivery: FeishuDelivery, signal: AbortSignal, run: () => Promise<T>): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await run();
    } catch (error) {
      const pauseMs = pauseAfter(error, failures);
      if (pauseMs === undefined || pauseMs > LONGEST_PAUSE_MS || failures >= ATTEMPTS || signal.aborted) throw error;
      await sleep(delivery.clock, pauseMs, signal);
    }
  }
}

function pauseAfter(error: unknown, failures: number): number | undefined {
  const backoffMs = FIRST_PAUSE_MS * 2 ** (failures - 1);
  if (error instanceof FeishuTransportError) return backoffMs;
  if (!(error instanceof FeishuApiError)) return undefined;
  if (error.kind === "rate-limited") return error.retryAfterMs ?? 2 * backoffMs;
  return error.kind === "server" ? backoffMs : undefined;
}
