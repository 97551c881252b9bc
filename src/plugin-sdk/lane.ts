/** How a lane hands out what waits while its handler is busy: one after the other, or everything at once. */
type LaneTake = "one" | "all";

/** Settings of {@link Lanes}. */
export interface LanesOptions<T> {
  readonly take: LaneTake;
  /** Items that may wait in one lane. @defaultValue 20 */
  readonly maxWaiting?: number | undefined;
  /** Called with one item, or all that wait; never while an earlier call for the same key is unfinished. Must not reject. */
  handle(key: string, items: readonly T[]): Promise<void>;
}

/** Keeps items of one key in order and apart from each other, while different keys go on at the same time. */
export class Lanes<T> {
  readonly #options: LanesOptions<T>;
  readonly #waiting = new Map<string, T[]>();
  readonly #running = new Map<string, Promise<void>>();

  constructor(options: LanesOptions<T>) {
    this.#options = options;
  }

  /** Adds an item; false when too many wait already, and then nothing happens. */
  push(key: string, item: T): boolean {
    const waiting = this.#waiting.get(key) ?? [];
    if (waiting.length >= (this.#options.maxWaiting ?? 20)) return false;
    waiting.push(item);
    this.#waiting.set(key, waiting);
    if (!this.#running.has(key)) this.#running.set(key, this.#drain(key));
    return true;
  }

  /** True when an item of this key would have to wait. */
  busy(key: string): boolean {
    return this.#running.has(key);
  }

  /** Number of items that wait in a lane, not counting those being handled. */
  waiting(key: string): number {
    return this.#waiting.get(key)?.length ?? 0;
  }

  /** Takes out the items of a lane that wait and fit, and gives them back. */
  take(key: string, fits: (item: T) => boolean): T[] {
    const waiting = this.#waiting.get(key) ?? [];
    const taken = waiting.filter(fits);
    for (const item of taken) waiting.splice(waiting.indexOf(item), 1);
    return taken;
  }

  /** Takes out the items of all lanes that wait and fit, and gives them back. */
  takeAll(fits: (item: T) => boolean): T[] {
    return [...this.#waiting.keys()].flatMap((key) => this.take(key, fits));
  }

  /** Resolves when nothing is being handled and nothing waits. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  async #drain(key: string): Promise<void> {
    // The first item starts in a later microtask, so that items pushed together count as waiting together.
    await Promise.resolve();
    try {
      for (let items = this.#next(key); items.length > 0; items = this.#next(key))
        await this.#options.handle(key, items);
    } finally {
      this.#running.delete(key);
      this.#waiting.delete(key);
    }
  }

  #next(key: string): T[] {
    const waiting = this.#waiting.get(key) ?? [];
    return waiting.splice(0, this.#options.take === "all" ? waiting.length : 1);
  }
}
