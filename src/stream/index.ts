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
