export { toDelta, toSnapshot } from "./text-input.ts";
export type { Delta, Snapshot } from "./text-input.ts";
export type {
  DeliveredPart,
  DeliveryResult,
  DeliveryTier,
  EndOptions,
  FinalizeOptions,
  ReplyEvents,
  ReplyFailure,
  ReplyStream,
  StreamSession,
  ToolUpdate,
} from "./reply.ts";
export { Pacer } from "./pacer.ts";
export type { PaceGrant, PaceOption, PacePriority, PaceRequest, PaceRule, PacerOptions } from "./pacer.ts";
export { commonPrefix, ReplyText } from "./reply-text.ts";
export { BlockChunker } from "./block-chunker.ts";
export type { Block, BlockChunkerOptions, BreakPreference } from "./block-chunker.ts";
export { Coalescer } from "./coalescer.ts";
export type { CoalescerOptions } from "./coalescer.ts";
