import type { Clock } from "./clock.ts";

/** Why a {@link withDeadline} promise rejected: the work was still going on after `ms` milliseconds. */
export class DeadlineError extends Error {
  override readonly name = "DeadlineError";
  readonly ms: number;

  constructor(what: string, ms: number) {
    super(`${what}: no result within ${ms} ms`);
    this.ms = ms;
  }
}

/**
 * Settles like `work(signal)`, or rejects with a {@link DeadlineError} after `ms` milliseconds. The signal aborts at the
 * deadline and when `parent` aborts (then the parent's reason is rethrown). The caller is released at the deadline even if
 * `work` ignores the signal; what `work` does later is ignored.
 */
export function withDeadline<T>(
  clock: Clock,
  ms: number,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
  parent?: AbortSignal,
): Promise<T> {
  const controller = new AbortController();
  return new Promise<T>((resolve, reject) => {
    if (parent?.aborted) {
      controller.abort(parent.reason);
      reject(parent.reason);
      return;
    }
    const onParent = (): void => abort(parent?.reason);
    const done = (): void => {
      cancel();
      parent?.removeEventListener("abort", onParent);
    };
    // Also when `work` never settles, nothing of it may linger: no timer, no listener.
    const abort = (reason: unknown): void => {
      done();
      controller.abort(reason);
      reject(reason);
    };
    const cancel = clock.setTimer(ms, () => abort(new DeadlineError(what, ms)));
    parent?.addEventListener("abort", onParent, { once: true });
    void work(controller.signal).finally(done).then(resolve, reject);
  });
}
