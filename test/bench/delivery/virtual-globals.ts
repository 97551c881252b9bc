import type { FakeClock } from "../../support/fake-clock.ts";

/** Runs `work` with the process's timers and dates taken from `clock`, for code that takes no clock. */
export async function withVirtualGlobals<T>(clock: FakeClock, work: () => Promise<T>): Promise<T> {
  const real = {
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    setInterval: globalThis.setInterval,
    clearInterval: globalThis.clearInterval,
    Date: globalThis.Date,
  };
  const timers = new Map<number, () => void>();
  let nextId = 1;
  const start = (fn: () => void, ms: number, again: boolean): object => {
    const id = nextId++;
    const arm = (): void => {
      timers.set(
        id,
        clock.setTimer(ms, () => {
          timers.delete(id);
          if (again) arm();
          fn();
        }),
      );
    };
    arm();
    return Object.assign(Object(id) as object, { unref: () => undefined, ref: () => undefined });
  };
  const stop = (timer: unknown): void => {
    timers.get(Number(timer))?.();
    timers.delete(Number(timer));
  };
  class VirtualDate extends real.Date {
    constructor(...args: [] | [number | string]) {
      if (args.length === 0) super(clock.wallNow());
      else super(args[0]);
    }
    static override now(): number {
      return clock.wallNow();
    }
  }
  Object.assign(globalThis, {
    setTimeout: (fn: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => start(() => fn(...args), ms, false),
    clearTimeout: stop,
    setInterval: (fn: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => start(() => fn(...args), ms, true),
    clearInterval: stop,
    Date: VirtualDate,
  });
  try {
    return await work();
  } finally {
    Object.assign(globalThis, real);
  }
}
