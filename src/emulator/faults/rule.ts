import type { TimelineEntry } from "../state/timeline.ts";

/** A fixed number of milliseconds, or a range to draw from. */
export type Milliseconds = number | readonly [min: number, max: number];

/** What goes wrong. */
export type Effect =
  /** Slow: before the call is applied, after it, or both. */
  | {
      readonly type: "latency";
      readonly beforeMs?: Milliseconds | undefined;
      readonly afterMs?: Milliseconds | undefined;
    }
  /** Feishu says no; nothing is applied. 99991400 brings its status and headers along. */
  | {
      readonly type: "code";
      readonly code: number;
      readonly msg?: string | undefined;
      readonly httpStatus?: number | undefined;
      readonly headers?: Record<string, string> | undefined;
      /** Seconds in `x-ogw-ratelimit-reset`, for 99991400. @defaultValue 1 */
      readonly resetSeconds?: number | undefined;
    }
  /**
   * The tenant's content audit says no (230028, HTTP 400) and names what it found. Without `contains` in its rule it hits only
   * calls that write an e-mail address.
   */
  | { readonly type: "audit"; readonly found?: string | undefined }
  /** A bare HTTP error; nothing is applied. @defaultValue `body` is html for 504, else json */
  | { readonly type: "http"; readonly status: number; readonly body?: "json" | "html" | undefined }
  /** The connection breaks before the call is applied. */
  | { readonly type: "reset" }
  /** The call is applied, then the answer is lost. */
  | { readonly type: "lost" }
  /** The connection breaks now; the call is applied `ms` later, perhaps after newer ones. */
  | { readonly type: "late"; readonly ms: number }
  /** No answer, ever; nothing is applied. */
  | { readonly type: "hang" }
  /** The caller's token ends just before the call. */
  | { readonly type: "token-expired" }
  /** Streaming mode of the call's card runs out just before the call. */
  | { readonly type: "streaming-closed" }
  /** Applied; the answer is HTTP 200 with half a body. */
  | { readonly type: "truncated" };

/** Which calls a fault hits. Without `count` and `probability`: all that match. */
export interface FaultRule {
  /** Operation names; `*` stands for anything: `element.*`, `*`. */
  readonly operation: string | readonly string[];
  readonly effect: Effect;
  /** How many calls it hits before it is used up. */
  readonly count?: number | undefined;
  /** Matching calls it lets pass first. */
  readonly skip?: number | undefined;
  /** Chance, 0 to 1, drawn from the emulator's seeded random source. */
  readonly probability?: number | undefined;
  /** Only from this many milliseconds after the emulator's start on, and only until then. */
  readonly from?: number | undefined;
  readonly until?: number | undefined;
  readonly appId?: string | undefined;
  readonly cardId?: string | undefined;
  readonly messageId?: string | undefined;
  readonly elementId?: string | undefined;
  /** Only calls whose body has this text in it. */
  readonly contains?: string | undefined;
  /** Any other condition; in-process only. */
  readonly when?: ((call: Readonly<TimelineEntry>) => boolean) | undefined;
}

/** A rule as listed: without its function, with how often it hit. */
export type FaultView = Omit<FaultRule, "when"> & {
  readonly id: string;
  readonly hits: number;
  readonly left: number | undefined;
};
