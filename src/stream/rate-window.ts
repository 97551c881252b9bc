/**
 * One limit of the form "at most `max` calls in any `windowMs`", kept so that it cannot be exceeded at the server whatever the
 * latency: a call counts from its start until `windowMs` after its *answer* came back. The server saw it some time in between, so
 * of any `max + 1` calls the last starts at least `windowMs` after the server saw the first.
 */
export class RateWindow {
  readonly max: number;
  readonly windowMs: number;
  readonly #answered: number[] = [];
  #inFlight = 0;
  #blockedUntil = -Infinity;
  #scale = 1;
  #scaledAt = -Infinity;

  constructor(max: number, windowMs: number) {
    this.max = max;
    this.windowMs = windowMs;
  }

  /** Earliest time (ms of the caller's clock) at which a call may start; Infinity while only an answer can free a place. */
  readyAt(now: number): number {
    this.#prune(now);
    const over = this.#answered.length + this.#inFlight - this.#effectiveMax(now) + 1;
    let at = now;
    if (over > 0) at = over <= this.#answered.length ? (this.#answered[over - 1] ?? 0) + this.windowMs : Infinity;
    return Math.max(at, this.#blockedUntil);
  }

  start(): void {
    this.#inFlight += 1;
  }

  /** The call was answered, or given up, at `now`. */
  finish(now: number): void {
    this.#inFlight -= 1;
    this.#answered.push(now);
  }

  /** The call that `start` announced was not made. */
  cancel(): void {
    this.#inFlight -= 1;
  }

  /** The server refused a call for its rate: nothing starts for `waitMs`, and the limit is taken to be lower for a while. */
  penalize(now: number, waitMs: number): void {
    this.#blockedUntil = Math.max(this.#blockedUntil, now + waitMs);
    this.#scale = Math.max(0.2, this.#currentScale(now) * 0.7);
    this.#scaledAt = now;
  }

  /** True when nothing is remembered, so that the window may be dropped. */
  idle(now: number): boolean {
    this.#prune(now);
    const calm = this.#blockedUntil <= now && this.#currentScale(now) === 1;
    return calm && this.#inFlight === 0 && this.#answered.length === 0;
  }

  #effectiveMax(now: number): number {
    // A hair more, for tenths add up to a little less than they should.
    return Math.max(1, Math.floor(this.max * this.#currentScale(now) + 1e-9));
  }

  /** A lowered limit recovers by a tenth of the documented one every ten seconds without a refusal. */
  #currentScale(now: number): number {
    if (this.#scale === 1) return 1;
    const recovered = Math.min(1, this.#scale + Math.floor((now - this.#scaledAt) / 10_000) * 0.1);
    if (recovered === 1) this.#scale = 1;
    return recovered;
  }

  #prune(now: number): void {
    const since = now - this.windowMs;
    let gone = 0;
    while (gone < this.#answered.length && (this.#answered[gone] ?? 0) <= since) gone += 1;
    if (gone > 0) this.#answered.splice(0, gone);
  }
}

/**
 * A token bucket: `burst` calls at once, then one every `1000 / perSecond` ms. Put before a long window it spreads the
 * calls, so that a minute's budget is not gone in its first seconds and every reader waits equally.
 */
export class TokenBucket {
  readonly #burst: number;
  readonly #perMs: number;
  #tokens: number;
  #at: number;

  constructor(burst: number, perSecond: number, now: number) {
    this.#burst = burst;
    this.#perMs = perSecond / 1000;
    this.#tokens = burst;
    this.#at = now;
  }

  readyAt(now: number): number {
    this.#refill(now);
    return this.#tokens >= 1 ? now : now + (1 - this.#tokens) / this.#perMs;
  }

  take(now: number): void {
    this.#refill(now);
    this.#tokens -= 1;
  }

  giveBack(): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + 1);
  }

  /** Share of the burst that is left, 0 to 1. */
  level(now: number): number {
    this.#refill(now);
    return this.#tokens / this.#burst;
  }

  #refill(now: number): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + Math.max(0, now - this.#at) * this.#perMs);
    this.#at = now;
  }
}
