/** Those who wait until the text up to an offset is visible. */
export class FlushWaiters {
  #waiting: { readonly upTo: number; readonly resolve: () => void }[] = [];

  until(upTo: number): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ upTo, resolve }));
  }

  /** Text up to `acknowledged` is visible; Infinity: nothing more will be. */
  tell(acknowledged: number): void {
    const done = this.#waiting.filter(({ upTo }) => upTo <= acknowledged);
    this.#waiting = this.#waiting.filter(({ upTo }) => upTo > acknowledged);
    for (const { resolve } of done) resolve();
  }
}
