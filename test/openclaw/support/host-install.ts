import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Folder with the lock file of the host that this suite runs against. */
export const hostDir: string = join(import.meta.dirname, "..", "host");

/** Where the host's package is once {@link installHost} has resolved. */
export const openclawDir: string = join(hostDir, "node_modules", "openclaw");

const lockDir = join(hostDir, ".installing");

function wantedVersion(): string {
  const manifest = JSON.parse(readFileSync(join(hostDir, "package.json"), "utf8")) as {
    dependencies: { openclaw: string };
  };
  return manifest.dependencies.openclaw;
}

function isInstalled(): boolean {
  const manifest = join(openclawDir, "package.json");
  if (!existsSync(manifest) || existsSync(lockDir)) return false;
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version === wantedVersion();
}

/**
 * Installs the OpenClaw release that `test/openclaw/host/package-lock.json` pins, unless it is there already. It is not a
 * dependency of the project because it weighs 640 MB. Test files that call this at the same time wait for the first.
 * @throws when npm fails, with what it printed.
 */
export async function installHost(): Promise<void> {
  if (isInstalled()) return;
  try {
    mkdirSync(lockDir);
  } catch {
    for (let waitedMs = 0; waitedMs < 300_000 && existsSync(lockDir); waitedMs += 500) await sleep(500);
    if (isInstalled()) return;
    throw new Error(`${lockDir} is held by another process, or was left behind by one: remove it and run again`);
  }
  try {
    process.stderr.write(
      `installing openclaw ${wantedVersion()} into test/openclaw/host (once, 640 MB, about half a minute)\n`,
    );
    const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    execFileSync("npm", ["ci", ...options], { cwd: hostDir, stdio: "pipe", encoding: "utf8" });
  } finally {
    rmSync(lockDir, { recursive: true, force: true });
  }
}
