import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The version of the installed package; the same from sources and from the build, whose folders differ in depth. */
export function readVersion(): string {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, "package.json");
    if (!existsSync(path)) continue;
    const { name, version } = JSON.parse(readFileSync(path, "utf8")) as { name?: string; version?: string };
    if (name === "cardstream" && version !== undefined) return version;
  }
  return "unknown";
}
