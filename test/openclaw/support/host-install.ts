import { join } from "node:path";
import { installLocked } from "../../support/process/locked-install.ts";

/** Folder with the lock file of the host that this suite runs against. */
export const hostDir: string = join(import.meta.dirname, "..", "host");

/** Where the host's package is once {@link installHost} has resolved. */
export const openclawDir: string = join(hostDir, "node_modules", "openclaw");

/**
 * Installs the OpenClaw release that `test/openclaw/host/package-lock.json` pins, unless it is there already. It is not a
 * dependency of the project because it weighs 640 MB.
 * @throws when npm fails, with what it printed.
 */
export function installHost(): Promise<void> {
  return installLocked({ dir: hostDir, name: "openclaw", size: "640 MB, about half a minute" });
}
