import { createWriteStream } from "node:fs";
import type { WriteStream } from "node:fs";

/** Characters that may wait for the disk before lines are left out. */
const MAX_WAITING = 32 * 1024 * 1024;

/** What a {@link LineWriter} tells. */
export interface LineWriterOptions {
  /** The file is made anew, readable by its owner alone. */
  readonly path: string;
  /** Nothing more is written: the disk is full, the folder gone. Called once; the traffic is not touched by it. */
  readonly onStop: (reason: Error) => void;
  /** Makes the line that says how many were left out. */
  readonly gap: (lost: number) => unknown;
  /** @defaultValue a file stream */
  readonly open?: ((path: string) => WriteStream) | undefined;
  /** @defaultValue 32 MiB of characters */
  readonly maxWaiting?: number | undefined;
}

/** Writes JSON lines, and never makes anybody wait: what the disk cannot keep up with is counted and left out. */
export class LineWriter {
  readonly #options: LineWriterOptions;
  readonly #stream: WriteStream;
  readonly #max: number;
  #waiting = 0;
  #lost = 0;
  #stopped: Error | undefined;
  #lines = 0;

  constructor(options: LineWriterOptions) {
    this.#options = options;
    this.#max = options.maxWaiting ?? MAX_WAITING;
    this.#stream = (options.open ?? openFile)(options.path);
    this.#stream.on("error", (error) => this.#stop(error));
  }

  /** Lines written so far. */
  get lines(): number {
    return this.#lines;
  }

  /** Why nothing is written any more; `undefined` while all is well. */
  get stopped(): Error | undefined {
    return this.#stopped;
  }

  write(line: unknown): void {
    if (this.#stopped !== undefined) return;
    if (this.#waiting > this.#max) {
      this.#lost += 1;
      return;
    }
    if (this.#lost > 0) {
      const lost = this.#lost;
      this.#lost = 0;
      this.#put(this.#options.gap(lost));
    }
    this.#put(line);
  }

  /** Resolves once everything is on the disk, or writing has stopped. Idempotent. */
  async close(): Promise<void> {
    if (this.#lost > 0 && this.#stopped === undefined) this.#put(this.#options.gap(this.#lost));
    this.#lost = 0;
    if (this.#stopped !== undefined || this.#stream.closed) return;
    await new Promise<void>((resolve) => {
      this.#stream.once("close", resolve);
      this.#stream.end();
    });
  }

  #put(line: unknown): void {
    const text = `${JSON.stringify(line)}\n`;
    this.#waiting += text.length;
    this.#lines += 1;
    this.#stream.write(text, (error) => {
      this.#waiting -= text.length;
      if (error) this.#stop(error);
    });
  }

  #stop(error: Error): void {
    if (this.#stopped !== undefined) return;
    this.#stopped = error;
    this.#stream.destroy();
    this.#options.onStop(error);
  }
}

function openFile(path: string): WriteStream {
  return createWriteStream(path, { flags: "w", mode: 0o600 });
}
