import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { readdir, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "../../../src/plugin-sdk/index.ts";
import type { Clock } from "../../../src/time/index.ts";
import type { DedupeStore } from "../inbound/index.ts";

/** Files that are no longer needed are looked for this often (ms). */
const TIDY_EVERY_MS = 24 * 3_600_000;

/** Which buttons were pressed, as files of a folder: for all processes of one machine. A file goes when its button would be too old. */
export class PressedFolder implements DedupeStore {
  readonly #folder: string;
  readonly #clock: Pick<Clock, "wallNow">;
  #tidyAt = -Infinity;

  constructor(stateDir: string, clock: Pick<Clock, "wallNow">) {
    this.#folder = join(stateDir, "pressed");
    this.#clock = clock;
  }

  /** @throws what the system says about a folder that cannot be written */
  claim(key: string, ttlMs: number): boolean {
    makeFolder(this.#folder);
    const now = this.#clock.wallNow();
    if (now >= this.#tidyAt) {
      this.#tidyAt = now + TIDY_EVERY_MS;
      void this.#tidy(now - ttlMs);
    }
    try {
      writeFileSync(join(this.#folder, createHash("sha256").update(key).digest("hex")), "", {
        flag: "wx",
        mode: 0o600,
      });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
      throw error;
    }
  }

  /** Never rejects: what cannot be deleted does no harm, and another process may have been quicker. @param before wall-clock ms */
  async #tidy(before: number): Promise<void> {
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const path = join(this.#folder, name);
      const found = await stat(path).catch(() => undefined);
      if (found !== undefined && found.mtimeMs < before) await unlink(path).catch(() => {});
    }
  }
}
