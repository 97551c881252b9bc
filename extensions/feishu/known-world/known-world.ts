import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Logger } from "../../../src/log/index.ts";
import type { Clock } from "../../../src/time/index.ts";

/** What the engine can use of what is known of a Feishu. Both only ever lower what it would do without. */
export interface KnownLimits {
  /** The largest card that is sure to be taken, UTF-8 bytes. */
  readonly cardBytes?: number | undefined;
  /** Markdown tables that a card is sure to hold. */
  readonly cardTables?: number | undefined;
}

/** What is known of one app's Feishu, and kept over restarts. */
export interface KnownWorld {
  readonly limits: KnownLimits;
  /** The file, and the day of its last answer; `undefined` where nothing is kept. */
  readonly from: { readonly path: string; readonly date: string } | undefined;
  /** A refusal has shown that less holds than was known. */
  note(limits: KnownLimits): void;
}

/** Where what is known of an app's Feishu is kept. */
export interface KnownWorldOptions {
  readonly appId: string;
  /** Undefined: what is learned ends with the process. */
  readonly stateDir: string | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The answers of a world file that are used here; the file may hold more, which stays as it is. */
const fileSchema = z.looseObject({
  kind: z.literal("feishu-world"),
  version: z.literal(1),
  date: z.string().optional(),
  answers: z
    .looseObject({ cardBytes: z.number().positive().optional(), cardTables: z.number().positive().optional() })
    .optional(),
});

/**
 * Reads what is known of an app's Feishu from `world-<appId>.json` in the state folder: a file of `cardstream probe`, or one that
 * earlier refusals wrote. A file that cannot be read is named in the log and not used.
 */
export function openKnownWorld({ appId, stateDir, clock, logger }: KnownWorldOptions): KnownWorld {
  if (stateDir === undefined) return { limits: {}, from: undefined, note() {} };
  const path = join(stateDir, `world-${appId}.json`);
  let file = readFile(path, logger);
  return {
    get limits() {
      return file?.answers ?? {};
    },
    get from() {
      return file === undefined ? undefined : { path, date: file.date ?? "" };
    },
    note(limits) {
      const lower = {
        ...lowered("cardBytes", limits.cardBytes, file?.answers?.cardBytes),
        ...lowered("cardTables", limits.cardTables, file?.answers?.cardTables),
      };
      if (Object.keys(lower).length === 0) return;
      const date = new Date(clock.wallNow()).toISOString().slice(0, 10);
      file = { ...(file ?? { kind: "feishu-world", version: 1 }), date, answers: { ...file?.answers, ...lower } };
      logger.warn("Feishu holds less on a card than was known; what was learned is kept", { ...lower, path });
      try {
        mkdirSync(stateDir, { recursive: true, mode: 0o700 });
        // Another process may be reading it.
        writeFileSync(`${path}.new`, `${JSON.stringify(file, undefined, 2)}\n`, { mode: 0o600 });
        renameSync(`${path}.new`, path);
      } catch (error) {
        logger.warn("what was learned of Feishu cannot be kept", { path, reason: String(error) });
      }
    },
  };
}

function lowered(name: keyof KnownLimits, seen: number | undefined, known: number | undefined): KnownLimits {
  return seen === undefined || (known !== undefined && known <= seen) ? {} : { [name]: seen };
}

function readFile(path: string, logger: Logger): z.infer<typeof fileSchema> | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
  try {
    return fileSchema.parse(JSON.parse(text));
  } catch {
    logger.warn("the file is none of cardstream probe, and is not used", { path });
    return undefined;
  }
}
