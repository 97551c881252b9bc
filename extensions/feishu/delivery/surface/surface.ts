import type { PacePriority } from "../../../../src/stream/index.ts";
import type { CardView } from "../../card/index.ts";
import type { CallOptions } from "../../client/index.ts";
import type { SentMessage } from "../../send.ts";
import type { Decision } from "../recovery.ts";
import type { ReplyTarget } from "../reply/reply-target.ts";
import type { SequenceCounter } from "./sequence-counter.ts";

/** What one card should show, asked anew before every write so that the newest text wins. */
export interface Want {
  readonly view: CardView;
  /** Offset of the reply's text at which the view's answer begins. */
  readonly start: number;
  /** Offset of the reply's text up to which the view's answer goes. */
  readonly end: number;
  /** Offsets of the reply's text up to which each of the view's answer elements goes; the last is `end`. */
  readonly ends: readonly number[];
  /** No more text comes to this card: write the final state and close it. */
  readonly final: boolean;
  /** The card may become visible: the one before it shows all its text. */
  readonly mayOpen: boolean;
  /** Counts changes of the text other than growth. */
  readonly version: number;
  /** Clock time since when the reader has been waiting for text; now when nothing is waited for. */
  readonly waitingSince: number;
}

/** One way of making a call, with the names of the limits that count it. */
export interface Way {
  readonly api: string;
  readonly names: readonly string[];
  /** Image keys that the call carries. */
  readonly images?: readonly string[] | undefined;
  /** The way is a reserve: not to be used before this clock time. @defaultValue at once */
  readonly notBefore?: number | undefined;
  /** Names of the limits that count the call which comes right behind it. @defaultValue none does */
  readonly next?: readonly string[] | undefined;
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

/** What a surface does next: a call, nothing before `until` (clock time; Infinity: until something new is wanted), or nothing at all. */
export type Step =
  | { readonly do: "call"; readonly operation: Operation }
  | { readonly do: "wait"; readonly until: number }
  | { readonly do: "done" };

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
  /** The reply's deadline cut it off. @defaultValue false */
  readonly cutOff?: boolean | undefined;
  readonly decision: Decision["do"];
}

/** A sending whose fate was still unknown when its reply ended. */
export interface LostSend {
  readonly sending: Sending;
  readonly target: ReplyTarget;
  /** Sends it once more with the same uuid, which brings the message that is there; undefined when that is gone, or another process's. */
  readonly sendAgain: (options: CallOptions) => Promise<string | undefined>;
}

/** What is still to be done to a card, or may be, when its surface cannot go on: ending it, by the means that alone can. */
export type Unfinished =
  | {
      readonly by: "cardkit";
      /** Undefined when the message may have been converted, but nobody acknowledged it. */
      readonly cardId: string | undefined;
      /** Undefined when it is not known whether the card was sent. */
      readonly messageId: string | undefined;
      /** Goes on where the last call to the card left off. */
      readonly sequence: SequenceCounter;
    }
  | {
      readonly by: "patch";
      /** Undefined when it is not known whether the card was sent. */
      readonly messageId: string | undefined;
      /** What may have been sent. @defaultValue its message is known */
      readonly lost?: LostSend | undefined;
      /** Clock time until which an earlier patch may still land. */
      readonly lateUntil: number;
    };

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
  /** Up to which offset the text stays if such a call takes effect; Infinity for all of it. */
  readonly safeEnd: number;
  /** The reader's client may be typing: elements that are being typed must not be painted anew. */
  readonly streaming: boolean;
  /** The final layout could not be put: the card does not stream, but looks unfinished. */
  readonly looksUnfinished: boolean;
  /** What the message is, is not known: a uuid brought it that another process may have used. Only its card's id or a look tells. */
  readonly isUnidentified: boolean;
  /** What is still to be done when this surface cannot go on; undefined when nobody sees the card. */
  readonly unfinished: Unfinished | undefined;
  /** What to do now. Asking changes nothing. */
  next(want: Want): Step;
  /** Something that `way` needs was made a moment ago and may not be known everywhere at Feishu. */
  isFresh(way: Way): boolean;
  /** A call by `way` failed. Returns false when this means cannot go on. */
  failed(way: Way, failure: SurfaceFailure): boolean;
  /** The message of unknown fate was found. */
  adopt(message: SentMessage): void;
  /** The message of unknown fate is certainly not there. */
  notSent(): void;
  /** No more text can be written here: what is shown stays, only the final layout is still put. */
  keepShown(): void;
  /** From now on nothing but ending streaming mode is done. Returns false when that has been so already, or cannot be. */
  stopStreaming(): boolean;
}

/** A part of the answer, in one version of its text. */
export type TextRange = Pick<Want, "start" | "end" | "version">;

/** Whether two states show the same of the answer; they may differ in everything else, its images for one. */
export function sameText(one: TextRange, other: TextRange): boolean {
  return one.start === other.start && one.end === other.end && one.version === other.version;
}
