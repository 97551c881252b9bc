/** Something that stands beside the text of a log, at its place in it. */
export interface LogItem {
  /** Characters of text before it. */
  readonly at: number;
  readonly body: string;
}

/** Text for a log. */
export interface NewLogText {
  readonly text: string;
  /** Characters (UTF-16 code units) before it. @defaultValue the end; then it cannot be repeated safely */
  readonly at?: number | undefined;
}

/** Something beside the text. */
export interface NewLogBody {
  readonly body: string;
  /** Only if the text ends there. @defaultValue wherever it ends */
  readonly at?: number | undefined;
  /** Characters that it counts as: all items together may be as long as the text. @defaultValue 0 */
  readonly chars?: number | undefined;
  /** Nothing comes after it. @defaultValue false */
  readonly ends?: boolean | undefined;
}

/** What is put into a log. */
export type NewLogItem = NewLogText | NewLogBody;

/**
 * What became of it:
 * - `taken`: it is in the log, and who owns the log is told; text that was there already is there once
 * - `gap`: text is missing before it; `conflict`: other text stands there; `ended`, `too-long`; `unknown`: there is no such log
 */
export interface LogAnswer {
  readonly outcome: "taken" | "gap" | "conflict" | "ended" | "too-long" | "unknown";
  /** Characters of the log's text now. */
  readonly length: number;
}

/** What a log holds behind a place. */
export interface LogPart {
  readonly text: string;
  readonly items: readonly LogItem[];
}

/**
 * Texts that grow by what any process appends, each at the offset that its writer names, so that a repeated call does no harm. A log has
 * the name of the chat in whose name a process owns it. Appending needs no session: what is in a log is right whoever put it there.
 */
export interface AppendLogs {
  /** Begins a log of at most `maxChars` characters, unless it is there. @returns whether it is new */
  openLog(log: string, maxChars: number): Promise<boolean>;
  appendLog(log: string, item: NewLogItem): Promise<LogAnswer>;
  /** What a log holds from a character and an item on; undefined: there is no such log. Who owns it is told of what comes after that. */
  readLog(log: string, from: { readonly chars: number; readonly items: number }): Promise<LogPart | undefined>;
  /** Characters of its text; undefined: there is no such log. */
  logLength(log: string): Promise<number | undefined>;
  /** Keeps a log, and the notes of its chat, for so long and no longer. */
  forget(log: string, afterMs: number): Promise<void>;
}

/** How long a log stays to which nothing is appended. */
export const KEEP_LOG_MS: number = 24 * 3_600_000;
