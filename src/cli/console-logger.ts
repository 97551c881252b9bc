import type { LogFields, Logger } from "../log/index.ts";

/** Logs as lines on standard error: `warn message key=value`. Debug and info only when `verbose`. */
export function createConsoleLogger(write: (text: string) => void, verbose: boolean): Logger {
  const line = (level: string) => (message: string, fields?: LogFields) => {
    const rest = Object.entries(fields ?? {}).flatMap(([key, value]) =>
      value === undefined ? [] : [`${key}=${format(value)}`],
    );
    write(`${[level.padEnd(5), message, ...rest].join(" ")}\n`);
  };
  const quiet = (): void => {};
  return {
    debug: verbose ? line("debug") : quiet,
    info: verbose ? line("info") : quiet,
    warn: line("warn"),
    error: line("error"),
  };
}

const format = (value: string | number | boolean): string => {
  // Durations come as fractions of milliseconds that nobody reads.
  if (typeof value === "number") return String(Math.round(value * 10) / 10);
  return typeof value === "string" && /[\s"=]/u.test(value) ? JSON.stringify(value) : String(value);
};
