import { chmod, mkdtemp, rm, stat, symlink, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startEmulator } from "../../../src/emulator/index.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "emulator-mode-"));
});
afterEach(() => rm(folder, { recursive: true }));

const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

describe("[E10] a state file, which holds secrets of apps", () => {
  it("can be read by its owner alone, and so can its lock", async () => {
    const stateFile = join(folder, "state.json");
    const emulator = await startEmulator({ stateFile });
    expect(await modeOf(`${stateFile}.lock`)).toBe("600");
    await emulator.close();
    expect(await modeOf(stateFile)).toBe("600");
  });

  it("is so also where an earlier version wrote one that everybody could read, or something waits in its way", async () => {
    const stateFile = join(folder, "state.json");
    await (await startEmulator({ stateFile })).close();
    await chmod(stateFile, 0o644);
    await writeFile(join(folder, "target"), "untouched");
    await symlink(join(folder, "target"), `${stateFile}.new`);
    await (await startEmulator({ stateFile })).close();
    expect(await modeOf(stateFile)).toBe("600");
    expect(readFileSync(join(folder, "target"), "utf8")).toBe("untouched");
  });
});
