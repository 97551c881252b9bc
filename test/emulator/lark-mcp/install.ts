import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const FOLDER = import.meta.dirname;

/** The program of `@larksuiteoapi/lark-mcp`, once {@link installLarkMcp} has run. */
export const larkMcp: string = join(FOLDER, "node_modules/@larksuiteoapi/lark-mcp/dist/cli.js");

/**
 * Installs the release that this folder's lock file pins, unless it is there already. It is not a dependency of the project
 * because it wants to build `keytar`, which needs a compiler and keeps only people's tokens; hence `--ignore-scripts`.
 * @throws when npm fails, with what it printed
 */
export function installLarkMcp(): void {
  // npm writes this file last, so an install that was broken off is done again.
  if (existsSync(join(FOLDER, "node_modules/.package-lock.json"))) return;
  const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  execFileSync("npm", ["ci", ...options], { cwd: FOLDER, stdio: "pipe", encoding: "utf8" });
}
