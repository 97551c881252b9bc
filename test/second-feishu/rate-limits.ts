import { Refusal } from "./refusal.ts";
import type { World } from "./world.ts";

/** Counts calls in the last `windowMs`, or in the current stretch of the clock, and says when one is too many. */
class Window {
  readonly #max: number;
  readonly #windowMs: number;
  readonly #fixed: boolean;
  #times: number[] = [];

  constructor(max: number, windowMs: number, fixed: boolean) {
    this.#max = max;
    this.#windowMs = windowMs;
    this.#fixed = fixed;
  }

  /** Counts the call when there is room; otherwise gives the milliseconds until there is. */
  take(now: number): number {
    const since = this.#fixed ? Math.floor(now / this.#windowMs) * this.#windowMs : now - this.#windowMs;
    this.#times = this.#times.filter((at) => (this.#fixed ? at >= since : at > since));
    if (this.#times.length < this.#max) {
      this.#times.push(now);
      return 0;
    }
    return this.#fixed ? since + this.#windowMs - now : (this.#times[0] ?? now) + this.#windowMs - now;
  }
}

/** All limits of one app in one tenant. Refused calls are not counted. */
export class RateLimits {
  readonly #world: World;
  readonly #windows = new Map<string, Window>();

  constructor(world: World) {
    this.#world = world;
  }

  /** The gateway: 50 a second and 1,000 a minute of one API. @throws Refusal 99991400 */
  gateway(api: string, now: number): void {
    for (const [max, windowMs] of [
      [50, 1_000],
      [1_000, 60_000],
    ] as const) {
      const waitMs = this.#window(`${api} ${windowMs}`, max, windowMs).take(now);
      if (waitMs > 0) throw tooMany(max, waitMs);
    }
  }

  /** Ten writes a second to one card; while it streams Feishu's pages contradict each other. @throws Refusal */
  card(cardId: string, streaming: boolean, now: number): void {
    const { cardRate } = this.#world;
    if (streaming && cardRate === "free") return;
    const waitMs = this.#window(`card ${cardId}`, 10, 1_000).take(now);
    if (waitMs === 0) return;
    throw cardRate === "99991400" ? tooMany(10, waitMs) : new Refusal(230_020, "frequency limit");
  }

  /** Writes to all streaming cards of one chat. @throws Refusal 99991400 */
  streamsOfChat(chatId: string, now: number): void {
    if (this.#world.chatRate === "free") return;
    const waitMs = this.#window(`streams ${chatId}`, 13, 1_000).take(now);
    if (waitMs > 0) throw tooMany(13, waitMs);
  }

  /** Five messages a second to one chat or person; five patches a second of one message. @throws Refusal 230020 */
  five(what: string, now: number): void {
    if (this.#window(what, 5, 1_000).take(now) > 0) throw new Refusal(230_020, "frequency limit");
  }

  #window(name: string, max: number, windowMs: number): Window {
    let window = this.#windows.get(name);
    if (window === undefined) {
      window = new Window(max, windowMs, this.#world.limitWindow === "fixed" && name.includes(" 60000"));
      this.#windows.set(name, window);
    }
    return window;
  }
}

function tooMany(max: number, waitMs: number): Refusal {
  return new Refusal(99_991_400, "request trigger frequency limit", {
    status: 429,
    headers: { "x-ogw-ratelimit-limit": String(max), "x-ogw-ratelimit-reset": String(Math.ceil(waitMs / 1_000)) },
  });
}
