import { closeSync, openSync, readdirSync, readFileSync, rmdirSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { errorName, errorText } from "../log/index.ts";
import type { Logger } from "../log/index.ts";
import type { OpenCard } from "./channel.ts";
import { makeFolder } from "./make-folder.ts";

/** A card that a process which is gone left open. */
export interface OrphanCard extends OpenCard {
  readonly channel: string;
  readonly account: string;
}

/** Writes down which cards are open, so that a later process can end them when this one dies without a word. */
export interface Journal {
  /** Notes that a card is open; the returned key closes it. On disk when it returns. */
  open(card: OrphanCard): string;
  /** Notes that the card has its final state. */
  closed(key: string): void;
  /**
   * The open cards of processes that are gone. Each that is `mine` is offered to `close`, all at once; what it ends without throwing is
   * forgotten at once, the rest is kept for the next start. What is not `mine` stays for another account to ask for.
   * @returns how many were closed and how many remain, when that is known of all.
   */
  recover(
    close: (card: OrphanCard) => Promise<void>,
    mine?: (card: OrphanCard) => boolean,
  ): Promise<{ closed: number; remaining: number }>;
  /** Removes this process's file when nothing is open any more, and the folder when nobody else needs it. What is noted later opens it again. */
  close(): void;
}

/** Where and for whom {@link createJournal} writes. */
export interface JournalOptions {
  /** Folder for the journals of all processes of one installation; made when missing. Not shared between machines. */
  readonly directory: string;
  /** This process. */
  readonly pid: number;
  /** Tells processes apart that had the same pid (after a restart in a container, say): letters and digits. */
  readonly run: string;
  /** Whether a process is alive. */
  isAlive(pid: number): boolean;
  readonly logger: Logger;
}

type Line = { readonly open: string; readonly card: OrphanCard } | { readonly closed: string };

const FILE = /^open-cards-(?<pid>\d+)-(?<run>[\da-z]+)\.jsonl$/u;

/**
 * One file per process, one line per event, appended with a plain write: what was written survives the process being killed (not
 * the machine losing power). A file whose process is gone belongs to whoever recovers it first.
 */
export function createJournal(options: JournalOptions): Journal {
  const { directory, pid, run, logger } = options;
  makeFolder(directory);
  const path = join(directory, `open-cards-${pid}-${run}.jsonl`);
  let file: number | undefined;
  let next = 0;
  const open = new Set<string>();
  /** Of processes that are gone, offered to nobody yet; by key. */
  const orphans = new Map<string, OrphanCard>();
  const append = (line: Line): void => {
    try {
      if (file === undefined) {
        // Another process may have taken the empty folder away.
        makeFolder(directory);
        file = openSync(path, "a", 0o600);
      }
      writeSync(file, `${JSON.stringify(line)}\n`);
    } catch (error) {
      // A full disk must not stop replies; it only means that a crash now would leave a card unfinished.
      logger.warn("journal could not be written", { error: errorText(error) });
    }
  };

  const orphanFiles = (): string[] =>
    readdirSync(directory).filter((name) => {
      const match = FILE.exec(name)?.groups;
      if (match === undefined || match["run"] === run) return false;
      const owner = Number(match["pid"]);
      return owner === pid || !options.isAlive(owner);
    });

  return {
    open(card) {
      const key = String(next++);
      open.add(key);
      append({ open: key, card });
      return key;
    },
    closed(key) {
      if (open.delete(key)) append({ closed: key });
    },
    async recover(close, mine = () => true) {
      for (const name of orphanFiles()) {
        const from = join(directory, name);
        // They move to this process's file first, so that a crash right here loses none.
        for (const card of readOpenCards(readFileSync(from, "utf8"))) {
          const key = `kept-${next++}`;
          append({ open: key, card });
          orphans.set(key, card);
        }
        rmSync(from, { force: true });
      }
      const offered = [...orphans].filter(([, card]) => mine(card));
      for (const [key] of offered) orphans.delete(key);
      const ends = await Promise.allSettled(
        offered.map(async ([key, card]) => {
          await close(card);
          append({ closed: key });
        }),
      );
      const failed = ends.filter((end) => end.status === "rejected");
      for (const { reason } of failed)
        logger.warn("a card of an earlier run is not closed yet; the next start tries it again", {
          error: errorName(reason),
        });
      return { closed: ends.length - failed.length, remaining: failed.length };
    },
    close() {
      if (file !== undefined) {
        closeSync(file);
        file = undefined;
        if (isEmpty(path)) rmSync(path, { force: true });
      }
      removeIfEmpty(directory);
    },
  };
}

/** Whether a journal leaves no card open. One that somebody else took over, who thought this process dead, is not there any more. */
function isEmpty(path: string): boolean {
  try {
    return readOpenCards(readFileSync(path, "utf8")).length === 0;
  } catch {
    return false;
  }
}

function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // Somebody else's journal is in it.
  }
}

/** The cards a journal leaves open. A last line cut short by the crash is ignored. */
function readOpenCards(text: string): OrphanCard[] {
  const cards = new Map<string, OrphanCard>();
  for (const line of text.split("\n")) {
    const entry = parseLine(line);
    if (entry === undefined) continue;
    if ("closed" in entry) cards.delete(entry.closed);
    else cards.set(entry.open, entry.card);
  }
  return [...cards.values()];
}

function parseLine(text: string): Line | undefined {
  try {
    // Written by `append` above; a damaged line fails to parse or has neither key.
    const line = JSON.parse(text) as Line;
    return "closed" in line || ("open" in line && typeof line.card === "object") ? line : undefined;
  } catch {
    return undefined;
  }
}
