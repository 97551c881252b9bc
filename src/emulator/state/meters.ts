import { RateWindow } from "./rate-window.ts";
import type { Settings } from "./settings.ts";
import type { ApiMeter } from "../views/shapes.ts";
import type { World } from "../world/index.ts";

interface Meter {
  readonly appId: string;
  readonly operation: string;
  readonly second: RateWindow;
  readonly minute: RateWindow;
}

/** A limit that was hit. */
export interface Trip {
  /** The window's cap, as `x-ogw-ratelimit-limit` says. */
  readonly limit: number;
  /** Whole seconds until the next call fits, as `x-ogw-ratelimit-reset` says. */
  readonly resetSeconds: number;
}

/** The gateway's limits: per app and API (the emulator is one tenant). @see docs:api-call-guide/uUzN04SN3QjL1cDN */
export class Meters {
  readonly #settings: Settings;
  readonly #world: World;
  readonly #meters = new Map<string, Meter>();

  constructor(settings: Settings, world: World) {
    this.#settings = settings;
    this.#world = world;
  }

  /** Counts a call that is let through; a refused one is not counted. */
  take(appId: string, operation: string, now: number): Trip | undefined {
    const meter = this.#meter(appId, operation);
    for (const [window, limit] of [
      [meter.second, this.#settings.apiPerSecond],
      [meter.minute, this.#settings.apiPerMinute],
    ] as const) {
      const wait = window.waitMs(now);
      if (wait > 0) return { limit, resetSeconds: Math.max(1, Math.ceil(wait / 1000)) };
    }
    meter.second.add(now);
    meter.minute.add(now);
    return undefined;
  }

  /** Budgets with any call in the last minute. */
  view(now: number): ApiMeter[] {
    return Array.from(this.#meters.values(), (meter) => ({
      appId: meter.appId,
      operation: meter.operation,
      perSecond: meter.second.count(now),
      perSecondMax: this.#settings.apiPerSecond,
      perMinute: meter.minute.count(now),
      perMinuteMax: this.#settings.apiPerMinute,
    })).filter((meter) => meter.perMinute > 0);
  }

  clear(): void {
    this.#meters.clear();
  }

  #meter(appId: string, operation: string): Meter {
    const key = `${appId} ${operation}`;
    let meter = this.#meters.get(key);
    if (meter === undefined) {
      const fixed = (): boolean => this.#world.limitWindow === "fixed";
      meter = {
        appId,
        operation,
        second: new RateWindow(() => this.#settings.apiPerSecond, 1000, fixed),
        minute: new RateWindow(() => this.#settings.apiPerMinute, 60_000, fixed),
      };
      this.#meters.set(key, meter);
    }
    return meter;
  }
}
