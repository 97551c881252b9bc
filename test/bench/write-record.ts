import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const OXFMT = join(import.meta.dirname, "../../node_modules/oxfmt/bin/oxfmt");

/** Keeps what a bench measured in `test/bench/`, formatted as the repository's files are; also formats `beside`, files that hold it too. */
export function writeRecord(name: string, record: unknown, beside: readonly string[] = []): void {
  const path = join(import.meta.dirname, name);
  writeFileSync(path, `${JSON.stringify(record, undefined, 2)}\n`);
  execFileSync(process.execPath, [OXFMT, path, ...beside], { stdio: ["ignore", "ignore", "inherit"] });
}
