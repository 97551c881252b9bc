import { ThreadsPoolWorker } from "vitest/node";
import type { PoolOptions, PoolWorker, Vite } from "vitest/node";

/** Runs after which a worker is given up for a new one: each leaves a listener behind. */
const RUNS_MAX = 100;

/** A worker that outlives its run: loading Vitest and what a test needs takes longer than most tests do. */
class KeptWorker extends ThreadsPoolWorker {
  override name = "kept";
  #isStarted = false;
  #runs = 0;
  #listeners: ((message: unknown) => void)[] = [];

  override async start(): Promise<void> {
    if (this.#isStarted) return;
    this.#isStarted = true;
    await super.start();
  }

  override on(event: string, callback: (message: unknown) => void): void {
    if (event === "message") this.#listeners.push(callback);
    super.on(event, callback);
  }

  override send(message: Parameters<ThreadsPoolWorker["send"]>[0]): void {
    if (message.type !== "stop" || this.#runs >= RUNS_MAX) return super.send(message);
    // It is not to be stopped, only left by this run, whose listeners would hear of the next one.
    const listeners = this.#listeners;
    queueMicrotask(() => {
      for (const listener of listeners) listener({ type: "stopped", __vitest_worker_response__: true });
    });
  }

  /** Ends it after all, when nothing is run any more. */
  async end(): Promise<void> {
    if (this.#isStarted) await super.stop();
    this.#isStarted = false;
  }

  override async stop(): Promise<void> {
    for (const listener of this.#listeners) this.off("message", listener);
    this.#listeners = [];
    this.#runs += 1;
    if (this.#runs <= RUNS_MAX) return;
    this.#runs = 0;
    await this.end();
  }
}

let kept: KeptWorker | undefined;

/** Has Vitest run all files in one worker, however often it is started. */
export const keptWorker = (): Vite.Plugin => ({
  name: "kept-worker",
  configureVitest({ project, vitest }) {
    vitest.onClose(async () => kept?.end());
    project.config.pool = "kept";
    project.config.poolRunner = {
      name: "kept",
      createPoolWorker: (options: PoolOptions): PoolWorker => (kept ??= new KeptWorker(options)),
    };
  },
});
