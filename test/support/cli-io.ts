import type { CliIo } from "../../src/cli/terminal/io.ts";

/** The command line's surroundings as a test sees them. */
export interface RecordedIo extends CliIo {
  stdout(): string;
  stderr(): string;
  /** Delivers a signal to the running command. */
  signal(name: "SIGINT" | "SIGTERM"): void;
  readonly exits: number[];
}

/** A recorder with nothing in the environment but what is given. */
export function recordIo(
  options: {
    env?: Record<string, string>;
    cwd?: string;
    stdin?: AsyncIterable<Uint8Array>;
    /** What the person at the terminal types, line by line; then nothing. */
    lines?: readonly string[];
  } = {},
): RecordedIo {
  const out: string[] = [];
  const err: string[] = [];
  const handlers = new Set<(signal: "SIGINT" | "SIGTERM") => void>();
  const exits: number[] = [];
  const lines = [...(options.lines ?? [])];
  return {
    env: options.env ?? {},
    cwd: options.cwd ?? "/nonexistent",
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    stdin: {
      isTerminal: options.stdin === undefined,
      chunks: () => options.stdin ?? noBytes(),
      line: async (question) => {
        err.push(question);
        return lines.shift() ?? "";
      },
    },
    errIsTerminal: false,
    columns: undefined,
    onSignal(handler) {
      handlers.add(handler);
      return () => void handlers.delete(handler);
    },
    exitNow: (code) => void exits.push(code),
    stdout: () => out.join(""),
    stderr: () => err.join(""),
    signal: (name) => handlers.forEach((handler) => handler(name)),
    exits,
  };
}

async function* noBytes(): AsyncGenerator<Uint8Array> {}
