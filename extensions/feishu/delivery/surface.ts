import type { PacePriority } from "../../../src/stream/index.ts";
import type { CardView } from "../card/index.ts";
import type { CallOptions } from "../client/index.ts";
import type { SentMessage } from "../send.ts";
import type { Decision } from "./recovery.ts";

/** What one card should show, asked anew before every write so that the newest text wins. */
export interface Want {
  readonly view: CardView;
  /** Offset of the reply's text at which the view's answer begins. */
  readonly start: number;
  /** Offset of the reply's text up to which the view's answer goes. */
  readonly end: number;
  /** No more text comes to this card: write the final state and close it. */
  readonly final: boolean;
  /** The card may become visible: the one before it shows all its text. */
  readonly mayOpen: boolean;
  /** Counts changes of the text other than growth. */
  readonly version: number;
}

/** One way of making a call, with the names of the limits that count it. */
export interface Way {
  readonly api: string;
  readonly names: readonly string[];
  /** Image keys that the call carries. */
  readonly images?: readonly string[] | undefined;
  /** Makes the call and, when it is acknowledged, takes over what it brought. */
  readonly run: (options: CallOptions) => Promise<void>;
}

/** The next call towards what is wanted. */
export interface Operation {
  /** `open` makes the card visible, `text` brings answer text, `sign` anything else, `close` ends the card, `repair` mends it. */
  readonly kind: "open" | "text" | "sign" | "close" | "repair";
  /** Ways that would do, best first. */
  readonly ways: readonly Way[];
  readonly priority: PacePriority;
  /** Milliseconds until the call is given up. */
  readonly timeoutMs: number;
}

/** What is known to be visible on a message. */
export interface Shown {
  /** Offset of the reply's text at which the visible answer begins. */
  readonly start: number;
  /** Offset of the reply's text up to which the answer is visible. */
  readonly end: number;
  /** Where the visible text ends instead, if a call whose outcome is unknown took effect. */
  readonly maybeEnd: number | undefined;
  /** Version of the text (see {@link Want}) that is visible. */
  readonly version: number;
}

/**
 * A call that was given up may still take effect, but not later than this many milliseconds after (our assumption; nothing is
 * documented). CardKit's `sequence` makes late writes harmless; patches of messages have nothing of the kind.
 */
export const LATE_MS = 10_000;

/** An attempt to send a card. */
export interface Sending {
  readonly uuid: string;
  /** Wall-clock ms of the first attempt. */
  readonly since: number;
  /** What the message shows, whichever of the attempts with this uuid took effect: the answers, joined from their elements. */
  readonly answers: readonly string[];
  /** The entity that was sent first; undefined when the card was sent as it is. */
  readonly cardId: string | undefined;
}

/** A failed call as the surface needs to know it. */
export interface SurfaceFailure {
  /** The call may have taken effect. */
  readonly unknown: boolean;
  readonly decision: Decision["do"];
}

/** One means of putting a card before the reader: CardKit, or interactive messages with patches. */
export interface Surface {
  readonly tier: "cardkit" | "im-patch";
  readonly messageId: string | undefined;
  readonly cardId: string | undefined;
  /** Undefined while nothing is visible. */
  readonly shown: Shown | undefined;
  /** The message may be visible although nobody acknowledged it. */
  readonly sendUnknown: boolean;
  /** What was sent when the message's fate is unknown; undefined before the first attempt. */
  readonly sending: Sending | undefined;
  /** Clock time until which a call of unknown outcome may still change what the message shows; -Infinity for never. */
  readonly lateUntil: number;
  /** Everything wanted is written and the card is closed. */
  readonly finished: boolean;
  /** The next call; undefined when the card shows what is wanted. */
  next(want: Want): Operation | undefined;
  /** Clock time at which `next` may have something to do although nothing new is wanted; Infinity for never. */
  wakeAt(): number;
  /** A call by `way` failed. Returns false when this means cannot go on. */
  failed(way: Way, failure: SurfaceFailure): boolean;
  /** The card may still be in streaming mode. */
  readonly streaming: boolean;
  /** The message of unknown fate was found. */
  adopt(message: SentMessage): void;
  /** The message of unknown fate is certainly not there. */
  notSent(): void;
  /** No more text can be written here: what is shown stays, only the final layout is still put. */
  freeze(): void;
}

/** A part of the answer, in one version of its text. */
export type TextRange = Pick<Want, "start" | "end" | "version">;

/** Whether two states show the same of the answer; they may differ in everything else, its images for one. */
export function sameText(one: TextRange, other: TextRange): boolean {
  return one.start === other.start && one.end === other.end && one.version === other.version;
}
