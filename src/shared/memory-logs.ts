import type { Clock } from "../time/index.ts";
import { KEEP_LOG_MS } from "./append-log.ts";
import type { LogAnswer, LogItem, LogPart, NewLogBody, NewLogItem, NewLogText } from "./append-log.ts";

interface Log {
  text: string;
  readonly items: LogItem[];
  readonly maxChars: number;
  beside: number;
  hasEnded: boolean;
  /** Whether its owner knows that there is something to read. */
  isTold: boolean;
  keepUntil: number;
}

/** The logs of a shared state within one process. */
export class MemoryLogs {
  readonly #clock: Clock;
  /** Tells who owns a log. */
  readonly #tell: (log: string) => void;
  readonly #logs = new Map<string, Log>();

  constructor(clock: Clock, tell: (log: string) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  open(name: string, maxChars: number): boolean {
    if (this.#find(name) !== undefined) return false;
    const keepUntil = this.#clock.now() + KEEP_LOG_MS;
    this.#logs.set(name, { text: "", items: [], maxChars, beside: 0, hasEnded: false, isTold: false, keepUntil });
    return true;
  }

  append(name: string, item: NewLogItem): LogAnswer {
    const log = this.#find(name);
    if (log === undefined) return { outcome: "unknown", length: 0 };
    const isOpen = !log.hasEnded;
    const outcome = "text" in item ? this.#addText(log, item) : this.#addItem(log, item);
    if (outcome === "taken") {
      if (isOpen) log.keepUntil = this.#clock.now() + KEEP_LOG_MS;
      if (!log.isTold) this.#tell(name);
      log.isTold = true;
    }
    return { outcome, length: log.text.length };
  }

  read(name: string, from: { readonly chars: number; readonly items: number }): LogPart | undefined {
    const log = this.#find(name);
    if (log === undefined) return undefined;
    log.isTold = false;
    return { text: log.text.slice(from.chars), items: log.items.slice(from.items) };
  }

  lengthOf(name: string): number | undefined {
    return this.#find(name)?.text.length;
  }

  forget(name: string, afterMs: number): void {
    const log = this.#find(name);
    if (log !== undefined) log.keepUntil = this.#clock.now() + afterMs;
  }

  /** An owner that has just begun knows of nothing. */
  ownedAnew(name: string): void {
    const log = this.#find(name);
    if (log !== undefined) log.isTold = false;
  }

  #find(name: string): Log | undefined {
    const log = this.#logs.get(name);
    if (log === undefined || log.keepUntil > this.#clock.now()) return log;
    this.#logs.delete(name);
    return undefined;
  }

  #addText(log: Log, { text, at }: NewLogText): LogAnswer["outcome"] {
    const from = at ?? log.text.length;
    if (from > log.text.length) return "gap";
    const known = text.slice(0, log.text.length - from);
    if (known !== log.text.slice(from, from + known.length)) return "conflict";
    const added = text.slice(known.length);
    if (log.hasEnded && (added !== "" || at === undefined)) return "ended";
    if (log.text.length + added.length > log.maxChars) return "too-long";
    log.text += added;
    return "taken";
  }

  #addItem(log: Log, { body, at, chars = 0, ends = false }: NewLogBody): LogAnswer["outcome"] {
    if (at !== undefined && at !== log.text.length) return "gap";
    if (log.hasEnded) return "ended";
    if (log.beside + chars > log.maxChars) return "too-long";
    log.beside += chars;
    log.items.push({ at: log.text.length, body });
    log.hasEnded = ends;
    return "taken";
  }
}
