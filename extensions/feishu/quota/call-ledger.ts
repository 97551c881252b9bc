import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { errorText } from "../../../src/log/index.ts";
import type { Logger } from "../../../src/log/index.ts";
import type { CancelTimer, Clock } from "../../../src/time/index.ts";

/** Counts calls by month. */
export interface CallLedger {
  /** `count` more calls were made in `month` (`2026-11`). */
  add(month: string, count: number): void;
  /** Calls known to have been made in `month`. */
  used(month: string): number;
  /** Writes down what is not written yet. */
  close(): void;
}

/** Forgets with the process. */
export function createMemoryLedger(): CallLedger {
  const counts = new Map<string, number>();
  return {
    add: (month, count) => void counts.set(month, (counts.get(month) ?? 0) + count),
    used: (month) => counts.get(month) ?? 0,
    close: () => {},
  };
}

/** Calls are written down after this long; a process that is killed forgets that much. */
const WRITE_AFTER_MS = 2_000;
/** Lines before the file is made short again. */
const MAX_LINES = 2_000;

/**
 * Keeps the count in a file, one line `2026-11 57` per write, so that several processes can add to it and each sees the others'
 * calls when it writes its own. Its folder must exist, and is made again when it has gone since. A file that cannot be written only means that a restart forgets.
 */
export function createFileLedger(options: { path: string; clock: Clock; logger: Logger }): CallLedger {
  const { path, clock, logger } = options;
  const unwritten = new Map<string, number>();
  const hadFolder = existsSync(dirname(path));
  let written = readCounts(path);
  let cancel: CancelTimer | undefined;
  let failed = false;

  const write = (): void => {
    cancel?.();
    cancel = undefined;
    if (unwritten.size === 0) return;
    try {
      append(path, hadFolder, [...unwritten].map(([month, count]) => `${month} ${count}\n`).join(""));
      unwritten.clear();
      written = readCounts(path);
      failed = false;
    } catch (error) {
      if (!failed)
        logger.warn("the count of API calls could not be written", {
          error: errorText(error),
        });
      failed = true;
    }
  };

  return {
    add(month, count) {
      unwritten.set(month, (unwritten.get(month) ?? 0) + count);
      cancel ??= clock.setTimer(WRITE_AFTER_MS, write);
    },
    used: (month) => (written.get(month) ?? 0) + (unwritten.get(month) ?? 0),
    close: write,
  };
}

/** Whoever else kept things in the folder may have taken it away when it was empty. */
function append(path: string, hadFolder: boolean, text: string): void {
  try {
    appendFileSync(path, text, { mode: 0o600 });
  } catch (error) {
    if (!hadFolder || (error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    mkdirSync(dirname(path), { mode: 0o700 });
    appendFileSync(path, text, { mode: 0o600 });
  }
}

/** Sums the file up, and makes it short when it has become long. A file that is not there counts as empty. */
function readCounts(path: string): Map<string, number> {
  const counts = new Map<string, number>();
  let lines: string[];
  try {
    lines = readFileSync(path, "utf8").split("\n");
  } catch {
    return counts;
  }
  for (const line of lines) {
    const [, month, count] = /^(\d{4}-\d{2}) (\d+)$/u.exec(line) ?? [];
    if (month !== undefined) counts.set(month, (counts.get(month) ?? 0) + Number(count));
  }
  if (lines.length > MAX_LINES) shorten(path, counts);
  return counts;
}

/** Only the newest month is of use. What another process adds in this very moment may be lost. */
function shorten(path: string, counts: ReadonlyMap<string, number>): void {
  const newest = [...counts.keys()].toSorted().at(-1);
  if (newest === undefined) return;
  try {
    writeFileSync(`${path}.new`, `${newest} ${counts.get(newest) ?? 0}\n`, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  } catch {
    // It stays long.
  }
}
