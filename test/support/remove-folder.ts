import { rmSync } from "node:fs";

/** Takes a folder away, also one that a process which is just ending still writes to. One that is not there is gone already. */
export function removeFolder(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}
