import { join } from "node:path";
import { installLocked } from "../../../support/process/locked-install.ts";

const FOLDER = import.meta.dirname;
const NAME = "@larksuiteoapi/lark-mcp";

/** The program of `@larksuiteoapi/lark-mcp`, once {@link installLarkMcp} has run. */
export const larkMcp: string = join(FOLDER, "node_modules", NAME, "dist/cli.js");

/**
 * Installs the release that this folder's lock file pins, unless it is there already. It is not a dependency of the project
 * because it wants to build `keytar`, which needs a compiler and keeps only people's tokens; hence no scripts are run.
 * @throws when npm fails, with what it printed
 */
export function installLarkMcp(): Promise<void> {
  return installLocked({ dir: FOLDER, name: NAME, size: "a few seconds" });
}
