import type { CliIo } from "./io.ts";

/** A shutdown may take this long before the process ends anyway. */
const HARD_LIMIT_MS = 4800;

/** 128 + signal number, as shells expect it. */
export const signalCode = { SIGINT: 130, SIGTERM: 143 } as const;

/** A wait for the first SIGINT or SIGTERM. */
export interface StopSignal {
  /** Resolves with the first signal. */
  readonly received: Promise<"SIGINT" | "SIGTERM">;
  /** Aborts together with `received`. */
  readonly signal: AbortSignal;
  /** Stops listening. */
  dispose(): void;
}

/**
 * Listens for signals. After the first one the process has five seconds: then it ends with the signal's code, and a second signal
 * ends it at once. Nothing keeps a stopped process from ending.
 */
export function listenForStop(io: CliIo): StopSignal {
  const controller = new AbortController();
  const { promise, resolve } = Promise.withResolvers<"SIGINT" | "SIGTERM">();
  let hardStop: NodeJS.Timeout | undefined;
  const off = io.onSignal((signal) => {
    if (controller.signal.aborted) {
      io.exitNow(signalCode[signal]);
      return;
    }
    hardStop = setTimeout(() => io.exitNow(signalCode[signal]), HARD_LIMIT_MS);
    hardStop.unref();
    controller.abort(new Error(`received ${signal}`));
    resolve(signal);
  });
  return {
    received: promise,
    signal: controller.signal,
    dispose() {
      clearTimeout(hardStop);
      off();
    },
  };
}
