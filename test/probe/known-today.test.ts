import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readWorld } from "../../src/cli/emulator/read-world.ts";
import { defaultWorld, WORLD_QUESTIONS } from "../../src/emulator/index.ts";
import { formatWorldFile, knownToday } from "../../src/probe/index.ts";

const PATH = "docs/feishu-world.json";
const ROOT = join(import.meta.dirname, "../..");

it("[E12] the world that is shipped is what the emulator believes, with sources; after a change run `node scripts/world-file.ts`", () => {
  expect(readFileSync(join(ROOT, PATH), "utf8")).toBe(formatWorldFile(knownToday()));
  expect(readWorld(PATH, ROOT)).toEqual(defaultWorld());
  expect(Object.keys(knownToday().sources ?? {})).toEqual(Object.keys(WORLD_QUESTIONS));
});
