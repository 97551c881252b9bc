import type { Clock } from "../../../../src/time/index.ts";

/** Feishu switches streaming mode off ten minutes after it was switched on (web:streaming-overview). */
const RENEW_AFTER_MS = 8.5 * 60_000;
/** Streaming mode is switched on again this often without any text getting through before the card is given up. */
const MAX_REOPENS = 2;

/** What is known of a card's streaming mode. Its ten minutes begin when it is switched on; writes do not extend them. */
export class StreamingMode {
  readonly #clock: Clock;
  #on = false;
  #since = 0;
  #reopens = 0;
  #closed = false;
  /** What the last call that switches the mode, or puts a whole card, was to leave behind. */
  #asked = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** It may be on: in the end it has to be switched off. */
  get on(): boolean {
    return this.#on;
  }

  /** It is off although text is still to be typed, or will be soon. */
  get mustReopen(): boolean {
    return this.#closed || (this.#on && this.#clock.now() >= this.renewAt);
  }

  /** Clock time at which it should be switched on again. */
  get renewAt(): number {
    return this.#on ? this.#since + RENEW_AFTER_MS : Infinity;
  }

  /** A call goes out that leaves the mode `on` or off. Gives the time of the call. */
  ask(on: boolean): number {
    this.#asked = on;
    return this.#clock.now();
  }

  /** The call that went out at `at` was acknowledged; `restarts` when the ten minutes begin again by it. */
  became(on: boolean, at: number, restarts: boolean): void {
    if (on && (restarts || !this.#on)) this.#since = at;
    this.#on = on;
    this.#closed = false;
  }

  /** The last call that asked was not answered: what may be on has to be switched off. */
  unknown(): void {
    if (this.#asked) this.#on = true;
  }

  /** Feishu closed it. False when it has been switched on in vain often enough. */
  closedByFeishu(): boolean {
    this.#on = false;
    this.#closed = true;
    this.#reopens += 1;
    return this.#reopens <= MAX_REOPENS;
  }

  /** It is not needed any more. */
  giveUp(): void {
    this.#closed = false;
  }

  /** Text got through. */
  worked(): void {
    this.#reopens = 0;
  }
}
