import type { Clock } from "../time/index.ts";
import type { ConnectionChange, Exchange, Observer, Passed } from "./exchange.ts";
import { LineReader } from "./line-reader.ts";
import { LineWriter } from "./line-writer.ts";
import type { RecordedLine, RecordingHeader } from "./recording.ts";

/** How to record. */
export interface RecorderOptions {
  /** Where the recording goes; the file is made anew with mode 0600. */
  readonly path: string;
  readonly clock: Clock;
  /** `feishu`, `lark`, or `other`. */
  readonly upstream: string;
  /** `cardstream 0.1.0`. */
  readonly by: string;
  /** Keep texts and ids. Secrets and tokens are left out all the same. @defaultValue false */
  readonly keepTexts?: boolean | undefined;
  /** Secrets known beforehand, such as an app secret of the environment. */
  readonly secrets?: readonly string[] | undefined;
  /** Writing has stopped, because of a full disk for example. The traffic goes on. */
  readonly onStop: (reason: Error) => void;
  /** A line could not be made; it is missing from the recording. */
  readonly onError: (message: string) => void;
  /** Hears every line as it is written down. */
  readonly onLine?: ((line: RecordedLine) => void) | undefined;
}

/** Writes down what passes by. */
export class Recorder implements Observer {
  readonly #reader: LineReader;
  readonly #writer: LineWriter;

  constructor(options: RecorderOptions) {
    const now = (): number => Math.round(options.clock.wallNow());
    const gap = (lost: number): RecordedLine => ({ kind: "gap", at: now(), lost });
    this.#writer = new LineWriter({ path: options.path, onStop: options.onStop, gap });
    const header: RecordingHeader = {
      kind: "recording",
      version: 1,
      at: now(),
      upstream: options.upstream,
      masked: options.keepTexts !== true,
      by: options.by,
    };
    this.#writer.write(header);
    this.#reader = new LineReader({
      keepTexts: options.keepTexts,
      secrets: options.secrets,
      onError: options.onError,
      onLost: (count) => this.#writer.write(gap(count)),
      onLine: (line) => {
        this.#writer.write(line);
        options.onLine?.(line);
      },
    });
  }

  /** Lines written, the header not counted. */
  get lines(): number {
    return this.#writer.lines - 1;
  }

  /** Why nothing is written any more. */
  get stopped(): Error | undefined {
    return this.#writer.stopped;
  }

  exchange(exchange: Exchange): void {
    this.#reader.exchange(exchange);
  }

  passed(message: Passed): void {
    this.#reader.passed(message);
  }

  connection(change: ConnectionChange): void {
    this.#reader.connection(change);
  }

  /** Resolves once everything is on the disk. */
  async close(): Promise<void> {
    await this.#reader.close();
    await this.#writer.close();
  }
}
