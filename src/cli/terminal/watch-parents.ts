import { readFileSync } from "node:fs";

/** How often it is looked whether they are still there. */
const LOOK_EVERY_MS = 1_000;

/**
 * Calls `gone` once when the program that started this one for a person is gone: npm (`npm start`, `npx`) or our own starter. They
 * pass signals on, but cannot when they are killed themselves, and a bot that nobody sees would go on answering. A shell that
 * ends is no reason to end: that is how programs are sent to the background.
 * @returns a function that stops watching.
 */
export function watchParents(env: Readonly<Record<string, string | undefined>>, gone: () => void): () => void {
  const watched = parentsToWatch(env);
  if (watched.length === 0) return () => {};
  const timer = setInterval(() => {
    if (watched.every(isAlive)) return;
    clearInterval(timer);
    gone();
  }, LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** The starter; of npm the program itself and what stands between it and us (a shell, mostly). */
function parentsToWatch(env: Readonly<Record<string, string | undefined>>): number[] {
  const starter = Number(env["CARDSTREAM_STARTER_PID"] ?? Number.NaN);
  if (starter === process.ppid) return [starter, ...npmAbove(starter, env)];
  return npmAbove(process.pid, env);
}

function npmAbove(pid: number, env: Readonly<Record<string, string | undefined>>): number[] {
  // npm says so in the environment of what it runs, also of what that runs; it is only a parent when it stands right above.
  if (env["npm_execpath"] === undefined && env["npm_command"] === undefined) return [];
  const parent = parentOf(pid);
  const above = parent === undefined ? undefined : parentOf(parent);
  const found = [parent, above].filter((each) => each !== undefined && each > 1);
  const npm = found.findIndex((each) => /\bnp[mx]\b/u.test(commandOf(each as number)));
  // The cast is true: undefined was filtered out.
  return npm < 0 ? [] : (found.slice(0, npm + 1) as number[]);
}

/** Only Linux tells; elsewhere the parent itself is known and nothing above it. */
function parentOf(pid: number): number | undefined {
  if (pid === process.pid) return process.ppid;
  try {
    // The name in brackets may hold anything; the parent is the second word after it.
    const parent = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /su, "")
      .split(" ")[1];
    return Number(parent);
  } catch {
    return undefined;
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It lives and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
