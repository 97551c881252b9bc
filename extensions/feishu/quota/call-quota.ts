import type { Logger } from "../../../src/log/index.ts";
import type { Clock } from "../../../src/time/index.ts";
import type { CallRecord } from "../client/index.ts";
import type { CallLedger } from "./call-ledger.ts";

/** How generously replies use calls. `eco`: updates are rare. `final-only`: a reply is sent when it is complete, as one call per card. */
export type QuotaLevel = "live" | "eco" | "final-only";

/** A month's budget of API calls for one app. */
export interface QuotaSettings {
  /** Calls the app may make in a calendar month (China Standard Time), all processes together. Feishu's own count is in its admin console. */
  readonly monthlyCalls: number;
  /** Part of it after which replies are updated rarely. @defaultValue 0.7 */
  readonly ecoAt?: number | undefined;
  /** Part of it after which replies are sent only when they are complete. @defaultValue 0.9 */
  readonly finalOnlyAt?: number | undefined;
}

export interface CallQuotaOptions extends QuotaSettings {
  readonly ledger: CallLedger;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** "The month's quota of API calls is used up" (guide: server error codes). */
const QUOTA_USED_UP = 99_991_403;
const CST_OFFSET_MS = 8 * 3_600_000;

/** Counts an app's calls and says how generous the next reply may be, so that the budget lasts and every answer still arrives. */
export class CallQuota {
  readonly #options: CallQuotaOptions;
  readonly #ecoFrom: number;
  readonly #finalOnlyFrom: number;
  /** Month of the last warning, and the level it spoke of. */
  #warned = "";
  /** Month in which Feishu said that nothing is left. */
  #usedUpIn = "";

  /** @throws TypeError for a setting that is out of range. */
  constructor(options: CallQuotaOptions) {
    const { monthlyCalls, ecoAt = 0.7, finalOnlyAt = 0.9 } = options;
    if (!Number.isInteger(monthlyCalls) || monthlyCalls < 1)
      throw new TypeError(`quota.monthlyCalls must be a whole number of at least 1, got ${monthlyCalls}`);
    if (!(ecoAt >= 0 && ecoAt <= finalOnlyAt && finalOnlyAt <= 1))
      throw new TypeError(`quota must have 0 <= ecoAt <= finalOnlyAt <= 1, got ${ecoAt} and ${finalOnlyAt}`);
    this.#options = options;
    this.#ecoFrom = monthlyCalls * ecoAt;
    this.#finalOnlyFrom = monthlyCalls * finalOnlyAt;
  }

  /** For the client's `onCall`. Every attempt counts, also a refused one: whether Feishu counts those is not documented. */
  readonly onCall = ({ code }: Pick<CallRecord, "code">): void => {
    const month = this.#month();
    this.#options.ledger.add(month, 1);
    if (code === QUOTA_USED_UP) this.#usedUpIn = month;
    this.#warn(month);
  };

  /** Calls made this month, as far as this machine knows. */
  get used(): number {
    return this.#options.ledger.used(this.#month());
  }

  get monthlyCalls(): number {
    return this.#options.monthlyCalls;
  }

  get level(): QuotaLevel {
    const month = this.#month();
    const used = this.#options.ledger.used(month);
    if (this.#usedUpIn === month || used >= this.#finalOnlyFrom) return "final-only";
    return used >= this.#ecoFrom ? "eco" : "live";
  }

  /** Writes the count down. */
  close(): void {
    this.#options.ledger.close();
  }

  #warn(month: string): void {
    const { logger, monthlyCalls } = this.#options;
    const { level } = this;
    const now = `${month} ${level}`;
    if (level === "live" || this.#warned === now) return;
    this.#warned = now;
    const what = level === "eco" ? "replies are updated less often" : "replies are sent only when they are complete";
    logger.warn(`much of this month's budget of Feishu API calls is used: ${what}`, { used: this.used, monthlyCalls });
  }

  /** For example `2026-11`. */
  #month(): string {
    return new Date(this.#options.clock.wallNow() + CST_OFFSET_MS).toISOString().slice(0, 7);
  }
}
