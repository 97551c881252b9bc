import { DeadlineError, sleep, withDeadline } from "../../../src/time/index.ts";
import type { Clock } from "../../../src/time/index.ts";
import type { FeishuClient } from "./client.ts";
import { FeishuTransportError, finalCause } from "./errors.ts";

/** How {@link proveAccess} asks. */
export interface ProveAccessOptions {
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** Failures that may pass are tried again for so many milliseconds. @defaultValue 9000 */
  readonly withinMs?: number | undefined;
}

const DEFAULT_WITHIN_MS = 9_000;
const AGAIN_AFTER_MS = 500;

/**
 * Proves that Feishu can be reached and takes the app's id and secret; costs one call unless a token is at hand. A refusal of the app
 * ends it at once.
 * @throws FeishuApiError, FeishuTransportError, or the signal's reason
 */
export async function proveAccess(client: FeishuClient, options: ProveAccessOptions): Promise<void> {
  const { clock, signal, withinMs = DEFAULT_WITHIN_MS } = options;
  let last: unknown;
  const attempt = async (stop: AbortSignal): Promise<void> => {
    for (;;) {
      try {
        await client.tenantToken();
        return;
      } catch (error) {
        if (stop.aborted || finalCause(error) !== undefined) throw error;
        last = error;
        await sleep(clock, AGAIN_AFTER_MS, stop);
      }
    }
  };
  try {
    await withDeadline(clock, withinMs, "asking Feishu for a token", attempt, signal);
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error;
    throw (
      last ??
      new FeishuTransportError({
        operation: "auth.tenantAccessToken",
        code: "timeout",
        detail: `no answer within ${withinMs} ms`,
        maybeApplied: false,
        cause: error,
      })
    );
  }
}
