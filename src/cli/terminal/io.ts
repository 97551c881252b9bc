import { addAbortSignal } from "node:stream";
import { readTerminalLine } from "./read-line.ts";
import { watchParents } from "./watch-parents.ts";

/** What comes in by standard input. */
export interface CliStdin {
  /** Somebody types: nothing is piped in. */
  readonly isTerminal: boolean;
  /**
   * The bytes as they come; the writer waits while nobody asks for more. Ending the iteration early closes the input.
   * @throws an error named AbortError when `signal` aborts.
   */
  chunks(signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Asks for one line; `hidden` does not show what is typed. Only where `isTerminal`. @throws the signal's reason */
  line(question: string, options: { readonly hidden: boolean; readonly signal: AbortSignal }): Promise<string>;
}

/** The outside world of one run of the command line; handed in so that tests need no process. */
export interface CliIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly stdin: CliStdin;
  /** Standard error for what this program drew itself, such as a QR code: nothing is taken out of it. @defaultValue {@link CliIo.err} */
  readonly drawErr?: ((text: string) => void) | undefined;
  /** Standard error is a terminal, where a line may be rewritten. */
  readonly errIsTerminal: boolean;
  /** Width of that terminal, when it tells. */
  readonly columns: number | undefined;
  /** Calls `handler` for SIGINT and SIGTERM, and with SIGTERM when npm, which started the program, is gone; the returned function stops that. */
  onSignal(handler: (signal: "SIGINT" | "SIGTERM") => void): () => void;
  /** Ends the process at once; for a second signal and for a shutdown that takes too long. */
  exitNow(code: number): void;
}

/** The process itself. */
export function processIo(): CliIo {
  return {
    env: process.env,
    cwd: process.cwd(),
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    stdin: {
      get isTerminal() {
        return process.stdin.isTTY;
      },
      chunks: (signal) => addAbortSignal(signal, process.stdin),
      line: readTerminalLine,
    },
    errIsTerminal: process.stderr.isTTY,
    get columns() {
      return process.stderr.columns;
    },
    onSignal(handler) {
      const listeners = (["SIGINT", "SIGTERM"] as const).map((signal) => ({
        signal,
        listener: (): void => handler(signal),
      }));
      for (const { signal, listener } of listeners) process.on(signal, listener);
      const stopWatching = watchParents(process.env, () => handler("SIGTERM"));
      return () => {
        stopWatching();
        for (const { signal, listener } of listeners) process.off(signal, listener);
      };
    },
    exitNow: (code) => process.exit(code),
  };
}
