import type { EventEmitter } from "eventemitter3";
import type { ReplyEvents } from "../../../src/stream/index.ts";
import type { SeamLimits } from "../../../src/text/index.ts";
import type { QuotaLevel } from "../quota/index.ts";
import type { SentMessage } from "../send.ts";
import type { FeishuDelivery } from "./engine.ts";
import type { ReplyState } from "./reply/reply-state.ts";
import type { ReplyTarget } from "./reply/reply-target.ts";
import type { TakenUpReply } from "./debts/take-up.ts";
import type { Tally } from "./reply/tally.ts";

/** What the cards of one reply are made of, and whom they tell. */
export interface CardChainOptions {
  readonly delivery: FeishuDelivery;
  readonly state: ReplyState;
  readonly target: ReplyTarget;
  readonly start: "create" | "convert";
  readonly limits: SeamLimits;
  /** Messages at most. */
  readonly maxMessages: number;
  readonly flushMs: number;
  /** The most that calls are to be saved: see `QuotaLevel`. */
  readonly level: QuotaLevel;
  /** Milliseconds for which a reply whose text is all there waits for its images. */
  readonly imagesWithinMs: number;
  /** Ends everything at the reply's deadline. */
  readonly signal: AbortSignal;
  readonly tally: Tally;
  /** Prefix of all uuids (≤ 24 characters). */
  readonly nonce: string;
  /** What another process has written of the reply; `state.text` begins with its text. @defaultValue nothing */
  readonly takenUp?: TakenUpReply | undefined;
  /** Whether this process may send or patch a message of the reply now. @defaultValue as `delivery` says of the chat */
  readonly mayWrite?: (() => boolean | Promise<boolean>) | undefined;
  readonly events: EventEmitter<ReplyEvents>;
  /** Clock time since when the reader has been waiting for text. */
  readonly waitingSince: () => number;
  /** Text up to `acknowledged` is visible. */
  readonly onAcknowledged: (acknowledged: number) => void;
  readonly onMessage: (message: SentMessage) => void;
  /** Nothing of this reply can arrive until a person changes something. */
  readonly onRefused: () => void;
}
