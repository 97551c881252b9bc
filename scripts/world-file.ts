import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatWorldFile, knownToday } from "../src/probe/index.ts";

/** Writes `docs/feishu-world.json` from the questions of the emulator. */
writeFileSync(join(import.meta.dirname, "../docs/feishu-world.json"), formatWorldFile(knownToday()));
