import type { Logger } from "../../../../src/log/index.ts";
import { sleep } from "../../../../src/time/index.ts";
import type { Clock } from "../../../../src/time/index.ts";
import { logFailure } from "./session-parts.ts";

/**
 * Waits between attempts. For its first minute a gateway tidies its database, and meanwhile refuses turns ("another OpenClaw process
 * owns state-lifecycle", seen for ten seconds on a busy machine); Feishu does not bring the message again.
 */
const WAITS_MS = [1_000, 3_000, 6_000, 12_000, 20_000] as const;

/** How to run something again. */
export interface RunAgainOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** For the log: what is tried. */
  readonly what: string;
  /** Whether nothing has come of the attempt that failed. @defaultValue always */
  readonly mayRepeat?: (() => boolean) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks the host for something, again when it refuses, for at most 42 s.
 * @throws what the last attempt threw, or the signal's reason.
 */
export async function runAgain<T>(work: () => Promise<T>, options: RunAgainOptions): Promise<T> {
  const { clock, logger, what, mayRepeat, signal } = options;
  for (const waitMs of WAITS_MS) {
    try {
      return await work();
    } catch (error) {
      if (signal?.aborted === true || mayRepeat?.() === false) throw error;
      logFailure(logger, `${what} (tried again in ${waitMs} ms)`, error);
      await sleep(clock, waitMs, signal);
    }
  }
  return work();
}
