import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { removeFolder } from "../remove-folder.ts";

/** A folder with a `package.json` and a lock file, for what is too heavy to be a dependency of the project. */
export interface LockedFolder {
  readonly dir: string;
  /** The dependency whose version says whether the folder is up to date. */
  readonly name: string;
  /** What the person who waits is told. */
  readonly size: string;
}

/**
 * Installs what the folder's lock file pins, unless it is there already. Test files that call this at the same time wait for the first.
 * @throws when npm fails, with what it printed
 */
export async function installLocked(folder: LockedFolder): Promise<void> {
  const { dir, name, size } = folder;
  const lockDir = join(dir, ".installing");
  if (isInstalled(folder, lockDir)) return;
  try {
    mkdirSync(lockDir);
  } catch {
    for (let waitedMs = 0; waitedMs < 300_000 && existsSync(lockDir); waitedMs += 500) await sleep(500);
    if (isInstalled(folder, lockDir)) return;
    throw new Error(`${lockDir} is held by another process, or was left behind by one: remove it and run again`);
  }
  try {
    process.stderr.write(`installing ${name} ${wantedVersion(folder)} into ${dir} (once, ${size})\n`);
    const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    execFileSync("npm", ["ci", ...options], { cwd: dir, stdio: "pipe", encoding: "utf8" });
  } finally {
    removeFolder(lockDir);
  }
}

function wantedVersion({ dir, name }: LockedFolder): string | undefined {
  const manifest = JSON.parse(readFileSync(join(dir, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  return manifest.dependencies[name];
}

function isInstalled(folder: LockedFolder, lockDir: string): boolean {
  const modules = join(folder.dir, "node_modules");
  const manifest = join(modules, folder.name, "package.json");
  // npm writes its own lock file last, so an install that was broken off is done again.
  if (!existsSync(manifest) || !existsSync(join(modules, ".package-lock.json")) || existsSync(lockDir)) return false;
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version === wantedVersion(folder);
}
