import type { Localized } from "../../../src/plugin-sdk/index.ts";

/** What came of one check. */
export interface Finding {
  /** Stable name of the check, for example `token` or `scope:cardkit:card:write`. */
  readonly id: string;
  /** `warn`: works, but something is missing. `skip`: could not be checked; `fix` says how to check by hand, if it can be. */
  readonly status: "ok" | "warn" | "fail" | "skip";
  /** What was checked. */
  readonly title: Localized;
  /** What was found: when it is fine, a figure or a name; else the cause. */
  readonly detail?: Localized | undefined;
  /** What to do. */
  readonly fix?: Localized | undefined;
  /** Where to do it. */
  readonly url?: string | undefined;
  /** Feishu's code, when it gave one. */
  readonly code?: number | undefined;
}

/** The same words in both languages: names and figures. */
export const same = (text: string): Localized => ({ en: text, zh: text });
