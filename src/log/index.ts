/** Structured detail of a log line. Never put tokens, secrets or text that people wrote here. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Where everything of ours logs to. Hosts hand in their own; `silentLogger` is the default below the outer edge. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** Says nothing. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** What went wrong, in words, whatever was thrown. */
export const errorText = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The kind of what was thrown, where its words may hold what people wrote: an error's name, else the value's type. */
export const errorName = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
