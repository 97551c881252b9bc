export { toDelta, toSnapshot } from "./text-input.ts";
export type { Delta, Snapshot } from "./text-input.ts";
export { isCommentary, unsentResult } from "./reply.ts";
export type {
  AbortOptions,
  BegunCard,
  BegunReply,
  MessageStart,
  DeliveredPart,
  DeliveryResult,
  DeliveryTier,
  EndOptions,
  FinalizeOptions,
  OwedPart,
  ReplyEvents,
  ReplyFailure,
  ReplyStream,
  StreamSession,
  ToolUpdate,
} from "./reply.ts";
export { OpenCardBook } from "./open-card-book.ts";
export type { BookedCard, OpenCardStore } from "./open-card-book.ts";
export { Pacer } from "./pacer.ts";
export type { PaceGrant, PaceOption, PacePriority, PaceRequest, PaceRule, PacerOptions } from "./pacer.ts";
export { SharedPlaces } from "./shared-places.ts";
export type { CallBucket, CallLeases, SharedPlacesOptions } from "./shared-places.ts";
export { commonPrefix, ReplyText } from "./reply-text.ts";
export { BlockChunker } from "./block-chunker.ts";
export type { Block, BlockChunkerOptions, BreakPreference } from "./block-chunker.ts";
export { Coalescer } from "./coalescer.ts";
export type { CoalescerOptions } from "./coalescer.ts";
