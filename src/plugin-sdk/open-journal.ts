import { randomBytes } from "node:crypto";
import { errorText } from "../log/index.ts";
import type { Logger } from "../log/index.ts";
import { createJournal } from "./journal.ts";
import type { Journal } from "./journal.ts";

/** The journal of open cards in a folder; undefined when it cannot be written, which only means that a crash leaves cards open. */
export function openJournal(directory: string, logger: Logger): Journal | undefined {
  try {
    return createJournal({ directory, pid: process.pid, run: randomBytes(6).toString("hex"), isAlive, logger });
  } catch (error) {
    logger.warn("no journal of open cards can be kept", {
      directory,
      error: errorText(error),
    });
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    // Signal 0 only asks whether the process exists.
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
