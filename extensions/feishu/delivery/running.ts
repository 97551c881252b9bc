/** Work that goes on by itself until it is waited for. */
export class Running {
  readonly #work = new Set<Promise<void>>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  add(work: Promise<void>): void {
    const tracked = work.catch(this.#onError).finally(() => this.#work.delete(tracked));
    this.#work.add(tracked);
  }

  /** Resolves when all of it is over, with what is added meanwhile. Never rejects. */
  async over(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
  }
}
