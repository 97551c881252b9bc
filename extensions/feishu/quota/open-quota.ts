import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "../../../src/log/index.ts";
import type { Clock } from "../../../src/time/index.ts";
import { createFileLedger, createMemoryLedger } from "./call-ledger.ts";
import { CallQuota } from "./call-quota.ts";
import type { QuotaSettings } from "./call-quota.ts";

export interface OpenQuotaOptions {
  readonly appId: string;
  /** Folder for the count, shared by the processes of this app. Undefined: the count ends with the process. */
  readonly stateDir: string | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The budget of one app as the settings have it; undefined without settings. Close it when the app's client is closed.
 * @throws TypeError for a setting that is out of range.
 */
export function openQuota(settings: QuotaSettings | undefined, options: OpenQuotaOptions): CallQuota | undefined {
  if (settings === undefined) return undefined;
  const { appId, stateDir, clock, logger } = options;
  if (stateDir === undefined) return new CallQuota({ ...settings, ledger: createMemoryLedger(), clock, logger });
  try {
    mkdirSync(stateDir, { mode: 0o700 });
  } catch {
    // There already, or writing the count will say what is wrong.
  }
  const ledger = createFileLedger({ path: join(stateDir, `api-calls-${appId}.log`), clock, logger });
  return new CallQuota({ ...settings, ledger, clock, logger });
}
