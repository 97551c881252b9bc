/**
 * Adds to `package-lock.json` the optional packages for other platforms that npm left out: `node scripts/complete-lock.ts`.
 *
 * npm writes only what its registry could answer for. A mirror without, say, the Windows builds gives a lock file that `npm ci`
 * then refuses everywhere ("Missing: … from lock file"). Their names say for which platform they are.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

interface LockEntry {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

/** The part of a lock file that this reads. */
export interface Lock {
  packages: Record<string, LockEntry>;
}

/** An optional dependency that the lock file has no entry for. */
export interface MissingPackage {
  readonly name: string;
  readonly version: string;
  /** Whether only development needs it. */
  readonly dev: boolean;
}

function isLocked(lock: Lock, from: string, name: string): boolean {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
    if (lock.packages[`${folder === "" ? "" : `${folder}/`}node_modules/${name}`] !== undefined) return true;
    if (folder === "") return false;
  }
}

/** Every optional dependency of a locked package that is itself not locked. */
export function findMissing(lock: Lock): MissingPackage[] {
  return Object.entries(lock.packages).flatMap(([from, entry]) =>
    Object.entries(entry.optionalDependencies ?? {})
      .filter(([name]) => !isLocked(lock, from, name))
      .map(([name, version]) => ({ name, version, dev: entry.dev === true })),
  );
}

/**
 * The platform that a package's name ends with, as `os`, `cpu` and `libc` of a lock entry.
 * @throws Error when the name does not say
 */
export function platformOf(name: string): { os: string[]; cpu: string[]; libc?: string[] } {
  const match =
    /(android|darwin|freebsd|linux|openharmony|win32)-(arm64|arm|ia32|ppc64|riscv64|s390x|x64)(?:-(\w+))?$/u.exec(name);
  const [, os, cpu, abi = ""] = match ?? [];
  if (os === undefined || cpu === undefined) throw new Error(`${name} does not say for which platform it is`);
  const libc = abi.startsWith("musl") ? "musl" : "glibc";
  return { os: [os], cpu: [cpu], ...(os === "linux" && abi !== "" && { libc: [libc] }) };
}

/** The lock with an entry for each missing package, in npm's order. */
export function completeLock(lock: Lock): Lock {
  const packages = { ...lock.packages };
  for (const { name, version, dev } of findMissing(lock)) {
    if (!/^\d+\.\d+\.\d+$/u.test(version))
      throw new Error(`${name} is asked for as ${version}, not as one exact version`);
    const { os, cpu, libc } = platformOf(name);
    packages[`node_modules/${name}`] = {
      version,
      cpu,
      ...(dev && { dev }),
      ...(libc !== undefined && { libc }),
      optional: true,
      os,
    };
  }
  const sorted = Object.entries(packages).toSorted(([a], [b]) => a.localeCompare(b, "en"));
  return { ...lock, packages: Object.fromEntries(sorted) };
}

if (import.meta.main) {
  const path = fileURLToPath(new URL("../package-lock.json", import.meta.url));
  const lock = JSON.parse(readFileSync(path, "utf8")) as Lock;
  writeFileSync(path, `${JSON.stringify(completeLock(lock), undefined, 2)}\n`);
  console.log(`added: ${findMissing(lock).length}`);
}
