import { errorText } from "../../log/index.ts";
import { readFile, rm, writeFile } from "node:fs/promises";
import { isObject, parseJson } from "../json.ts";
import { StateFileError } from "./error.ts";

/** Who holds a lock: a process, told apart from a later one with the same number by when it started. */
interface Holder {
  readonly pid: number;
  readonly startedAt: number;
}

function isAlive(holder: Holder): boolean {
  // Numbers come again after a restart, in a container even at once: then it is this very process, but not its lock.
  if (holder.pid === process.pid) return holder.startedAt === self().startedAt;
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (error) {
    // EPERM: there is such a process, of somebody else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function self(): Holder {
  return { pid: process.pid, startedAt: Math.round(performance.timeOrigin) };
}

async function holderOf(lock: string): Promise<Holder | undefined> {
  const value = parseJson(await readFile(lock, "utf8").catch(() => ""))?.value;
  return isObject(value) && typeof value["pid"] === "number" && typeof value["startedAt"] === "number"
    ? { pid: value["pid"], startedAt: value["startedAt"] }
    : undefined;
}

/**
 * Keeps other emulators from a state file, by a file `<file>.lock` with this process's number. A lock whose process is gone,
 * as after `kill -9`, is taken over.
 * @returns gives the file free again
 * @throws StateFileError when a living process holds it, or nothing can be written there
 */
export async function lockState(file: string): Promise<() => Promise<void>> {
  const lock = `${file}.lock`;
  const take = (): Promise<void> => writeFile(lock, JSON.stringify(self()), { flag: "wx", mode: 0o600 });
  const refused = (error: unknown): never => {
    throw new StateFileError("unwritable", file, errorText(error), error);
  };
  await take().catch(async (error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") refused(error);
    const holder = await holderOf(lock);
    if (holder !== undefined && isAlive(holder))
      throw new StateFileError("in-use", file, `process ${holder.pid} uses it (${lock})`, error);
    await rm(lock, { force: true });
    await take().catch(refused);
  });
  return () => rm(lock, { force: true });
}
