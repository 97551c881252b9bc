import type { LogFields, Logger } from "../../log/index.ts";
import { createSystemClock } from "../../time/index.ts";
import type { Clock } from "../../time/index.ts";
import { printable } from "./terminal-text.ts";

/** How log lines look: for people, or one JSON object a line for programs. */
export type LogFormat = "text" | "json";

/** What a {@link createConsoleLogger} writes and how. */
export interface ConsoleLoggerOptions {
  /** Debug and info too. @defaultValue only warnings and errors */
  readonly verbose?: boolean | undefined;
  /** @defaultValue "text" */
  readonly format?: LogFormat | undefined;
  /** Stamps the lines. @defaultValue the machine's */
  readonly clock?: Pick<Clock, "wallNow"> | undefined;
}

/**
 * Logs as lines: `2026-11-29T08:30:00.000Z warn message key=value`, or
 * `{"time":"2026-11-29T08:30:00.000Z","level":"warn","message":"…","key":"value"}`.
 */
export function createConsoleLogger(write: (text: string) => void, options: ConsoleLoggerOptions = {}): Logger {
  const { verbose = false, format = "text", clock = createSystemClock() } = options;
  const line = (level: string) => (message: string, fields?: LogFields) => {
    const time = new Date(clock.wallNow()).toISOString();
    const given = Object.entries(fields ?? {}).filter(([, value]) => value !== undefined);
    if (format === "json") {
      write(`${JSON.stringify({ ...Object.fromEntries(given), time, level, message })}\n`);
      return;
    }
    const rest = given.map(([key, value]) => `${key}=${show(value)}`);
    write(`${printable([time, level.padEnd(5), message, ...rest].join(" "))}\n`);
  };
  const quiet = (): void => {};
  return {
    debug: verbose ? line("debug") : quiet,
    info: verbose ? line("info") : quiet,
    warn: line("warn"),
    error: line("error"),
  };
}

const show = (value: LogFields[string]): string => {
  // Durations come as fractions of milliseconds that nobody reads.
  if (typeof value === "number") return String(Math.round(value * 10) / 10);
  return typeof value === "string" && /[\s"=]/u.test(value) ? JSON.stringify(value) : String(value);
};
