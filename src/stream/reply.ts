import type { EventEmitter } from "eventemitter3";
import type { Delta, Snapshot } from "./text-input.ts";

/** A message that led to a tool call is commentary up to this many characters; longer text is a part of the answer and stays. */
const MAX_COMMENTARY_CHARS = 300;

/** Whether what was said before a tool call only says what comes next ("Let me check…"). */
export const isCommentary = (text: string): boolean => text.length <= MAX_COMMENTARY_CHARS;

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
  /** A provider's own word for it, shown behind the channel's words: a name or a number, never a text. */
  readonly detail?: string | undefined;
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
  /** How it is known: by an answer that proves it, or by looking what the message shows. */
  readonly proof: "acknowledged" | "read-back";
}

/** A card that shows all the text it is to show, but could not be closed yet: its process goes on trying. */
export interface OwedPart {
  readonly cardId: string | undefined;
  readonly messageId: string | undefined;
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
  /** Cards that are not closed yet (a spinner may turn on them); empty when all is well. Closed as soon as the platform answers. */
  readonly owed: readonly OwedPart[];
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
  /** The last error when `delivered < total`, or when outdated text is still there; undefined when all text is visible, once. */
  readonly error: Error | undefined;
}

/** The result of a reply of which nothing was sent from here. */
export function unsentResult(outcome: DeliveryResult["outcome"], total: number): DeliveryResult {
  return {
    outcome,
    delivered: 0,
    total,
    cards: 0,
    tier: "none",
    parts: [],
    owed: [],
    retries: 0,
    rejected: 0,
    unknownResolved: 0,
    calls: 0,
    bytes: 0,
    firstGlyphMs: undefined,
    finishLagMs: undefined,
    error: undefined,
  };
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
  /** A card became known: created (no `messageId` yet), sent, or adopted. `remainder`: as in `owed`, where its ids do not say enough. */
  card: (event: {
    index: number;
    cardId: string | undefined;
    messageId: string | undefined;
    remainder?: string | undefined;
  }) => void;
  /** A card or message has its final state, or was not sent and will not be; only a picture may still take its link's place. */
  complete: (event: { index: number }) => void;
  /** A next card takes over at text offset `at`. */
  rollover: (event: { index: number; at: number }) => void;
  /** The tier changed; text from offset `at` on goes by the new one. */
  fallback: (event: { from: DeliveryTier; to: DeliveryTier; at: number; error: Error }) => void;
  /** All text is visible and every card closed; only pictures may still take their links' places. Not when something is missing. */
  closed: () => void;
  /** A card could not be closed. `remainder` is what the channel needs to close it later, in another process if need be; it may hold text of the reply. Told again when the remainder changes. */
  owed: (event: {
    index: number;
    cardId: string | undefined;
    messageId: string | undefined;
    remainder: string;
  }) => void;
  /** A card that was owed is closed, or there is nothing left to close. May come long after `finalize`. */
  paid: (event: { index: number }) => void;
  /** The one and only end; nothing but `paid` comes after it. */
  finalize: (result: DeliveryResult) => void;
}

/** How long a reply may take to end. */
export interface EndOptions {
  /** Milliseconds until the result is given with whatever is visible by then. @defaultValue the reply's own setting */
  readonly withinMs?: number | undefined;
}

/** How a reply ends because somebody wanted it to. */
export interface AbortOptions extends EndOptions {
  /** A name shown to the reader ("stopped by …"). */
  readonly by?: string | undefined;
  /** Another process goes on with it: nothing more is written here, nor said. @defaultValue false */
  readonly handedOver?: boolean | undefined;
}

/** A reply as a process wrote it down for those who may have to go on with it. */
export interface BegunReply {
  readonly text: string;
  /** Its cards, in order. */
  readonly cards: readonly BegunCard[];
  /** Messages that were begun, whatever became of them: by these numbers they are found again. @defaultValue those of the cards */
  readonly starts?: readonly MessageStart[] | undefined;
}

/** Where a message of a reply begins. One that begins where another one does has taken its place: that was not sent. */
export interface MessageStart {
  /** Its number among the reply's messages. */
  readonly index: number;
  /** Offset of the text. */
  readonly start: number;
}

/** One of its cards. */
export interface BegunCard {
  /** Its number among the reply's messages. @defaultValue its place among the cards */
  readonly index?: number | undefined;
  readonly cardId: string | undefined;
  /** Undefined when it is not known whether it was sent. */
  readonly messageId: string | undefined;
  /** Offset of the text at which it begins. */
  readonly start: number;
  /** Wall-clock ms at which it became known. */
  readonly openedAt: number;
  /** It has no final state yet. */
  readonly isOpen: boolean;
  /** It is to be ended as this says, see the reply event `owed`: nobody can go on in it. */
  readonly remainder?: string | undefined;
}

/** How a reply ends well: optional extras of the last layout. */
export interface FinalizeOptions extends EndOptions {
  /** The authoritative text, when it may differ from what streamed. */
  readonly text?: Snapshot | undefined;
  /** One short line below the answer (Markdown), for example token usage. */
  readonly footer?: string | undefined;
  /**
   * The text is all there is and not a whole answer (the model reached its length limit, say): the buttons of incomplete replies are
   * offered. @defaultValue false
   */
  readonly incomplete?: boolean | undefined;
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
   * when `keep` is true (a blank line is put between); otherwise it was commentary (see `isCommentary`): it leaves the answer and stays
   * readable with the tools, at its place in the order of time.
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
  /** Ends the reply because somebody wanted it to. */
  abort(options?: AbortOptions): Promise<DeliveryResult>;
  /**
   * Takes the buttons off that the reply has shown since its end: what they ask for is not done any more. Costs a write at most, behind
   * all that readers wait for; when it cannot be made, they stay. Resolves when that is over, and never rejects. Without effect before the
   * end.
   */
  retireButtons(): Promise<void>;
}
