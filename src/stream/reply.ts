import type { EventEmitter } from "eventemitter3";
import type { Delta, Snapshot } from "./text-input.ts";

/** One tool call as the reader sees it in the card. `name` is shown; `detail` is one short line (never arguments with secrets). */
export interface ToolUpdate {
  /** Stable for one call; later updates with the same id replace the line. */
  readonly id: string;
  readonly name: string;
  readonly state: "running" | "done" | "failed";
  readonly detail?: string | undefined;
}

/** Why a reply ended without being complete. `code` is for programs, `message` is shown to the reader (no secrets). */
export interface ReplyFailure {
  /** For example `provider-error`, `truncated`, `idle-timeout`, `interrupted`, `stopped`. */
  readonly code: string;
  /** Shown in the card; when absent the channel says it in the card's language by `code`. */
  readonly message?: string | undefined;
}

/** Which means of delivery carried the end of the reply, best first. `none`: nothing was visible. */
export type DeliveryTier = "cardkit" | "im-patch" | "text" | "none";

/** One card or message that shows part of the reply. Offsets are UTF-16 code units of the reply text, `end` exclusive. */
export interface DeliveredPart {
  readonly tier: DeliveryTier;
  readonly cardId?: string | undefined;
  readonly messageId?: string | undefined;
  readonly start: number;
  readonly end: number;
}

/** What became of a reply, as acknowledged by the platform; truthful also when it failed. */
export interface DeliveryResult {
  /** How the reply ended. `finalized` with `delivered < total` is a delivery failure, see `undelivered`. */
  readonly outcome: "finalized" | "failed" | "aborted";
  /** Characters (UTF-16 code units) of the reply known to be visible. */
  readonly delivered: number;
  /** Characters of the reply. */
  readonly total: number;
  /** Number of cards (or plain messages) that show the reply. */
  readonly cards: number;
  /** The lowest tier that was used. */
  readonly tier: DeliveryTier;
  readonly parts: readonly DeliveredPart[];
  /** Calls made again after a failure. */
  readonly retries: number;
  /** Calls the platform refused (`code` other than 0). */
  readonly rejected: number;
  /** Calls whose fate was unknown (timeout, lost response) and has been settled since. */
  readonly unknownResolved: number;
  /** All calls made for this reply. */
  readonly calls: number;
  /** Bytes of request bodies sent for this reply. */
  readonly bytes: number;
  /** Milliseconds from the first text handed in to the first acknowledged visible text; undefined when there was none. */
  readonly firstGlyphMs: number | undefined;
  /** Milliseconds from `finalize`/`fail`/`abort` to all text visible; undefined when text is missing. */
  readonly finishLagMs: number | undefined;
  /** The last error when `delivered < total`, or when a card could not be closed; undefined when all is well. */
  readonly error: Error | undefined;
}

/** The fields of a stream session that tools and gateways show (acceptance row C1). Times are wall-clock ms. */
export interface StreamSession {
  readonly provider: string;
  readonly instance: string;
  readonly chatId: string | undefined;
  readonly messageId: string | undefined;
  readonly startedAt: number;
  readonly lastFlushAt: number | undefined;
  readonly finalized: boolean;
}

/** What a reply tells metrics, the journal and pages. */
export interface ReplyEvents {
  /** A write was acknowledged: text up to `acknowledged` is visible. */
  flush: (event: { acknowledged: number; total: number; cardIndex: number }) => void;
  /** A card became known: created, sent, or adopted. */
  card: (event: { index: number; cardId: string | undefined; messageId: string | undefined }) => void;
  /** A next card takes over at text offset `at`. */
  rollover: (event: { index: number; at: number }) => void;
  /** The tier changed; text from offset `at` on goes by the new one. */
  fallback: (event: { from: DeliveryTier; to: DeliveryTier; at: number; error: Error }) => void;
  /** All text is visible and every card closed; only pictures may still take their links' places. Not when something is missing. */
  closed: () => void;
  /** The one and only end. */
  finalize: (result: DeliveryResult) => void;
}

/** How long a reply may take to end. */
export interface EndOptions {
  /** Milliseconds until the result is given with whatever is visible by then. @defaultValue the reply's own setting */
  readonly withinMs?: number | undefined;
}

/** How a reply ends well: optional extras of the last layout. */
export interface FinalizeOptions extends EndOptions {
  /** The authoritative text, when it may differ from what streamed. */
  readonly text?: Snapshot | undefined;
  /** One short line below the answer (Markdown), for example token usage. */
  readonly footer?: string | undefined;
}

/**
 * One reply on its way to its reader. Input calls never block and never throw for delivery reasons; they are ignored once the
 * reply has ended. Exactly one of `finalize`, `fail` and `abort` decides the end; later calls get the same promise. The returned
 * result always arrives, within the reply's deadline, and never rejects for delivery reasons.
 */
export interface ReplyStream {
  readonly session: StreamSession;
  readonly events: EventEmitter<ReplyEvents>;
  /** The reply's text so far. */
  readonly text: string;
  /** Adds text. */
  append(text: Delta): void;
  /** Replaces the text of the current message (see `beginMessage`) by the whole text so far. */
  replace(text: Snapshot): void;
  /**
   * A new assistant message begins (after a tool round, say). Later snapshots start from here. What the last message said stays
   * when `keep` is true (a blank line is put between); otherwise it was commentary: it moves to the status line and leaves the answer.
   */
  beginMessage(options: { keep: boolean }): void;
  /** Adds to the thinking panel. */
  reasoning(text: Delta): void;
  /** Replaces the thinking panel's text by the whole reasoning so far. */
  replaceReasoning(text: Snapshot): void;
  tool(update: ToolUpdate): void;
  /** One line that says what is going on; undefined clears it. */
  status(text: string | undefined): void;
  /** Resolves when everything handed in before this call is visible, or has been given up. */
  flush(): Promise<void>;
  finalize(options?: FinalizeOptions): Promise<DeliveryResult>;
  fail(failure: ReplyFailure, options?: EndOptions): Promise<DeliveryResult>;
  /** Ends the reply because somebody wanted it to. `by` is a name shown to the reader ("stopped by …"). */
  abort(options?: EndOptions & { by?: string | undefined }): Promise<DeliveryResult>;
}
