export { toDelta, toSnapshot } from "./text-input.ts";
export type { Delta, Snapshot } from "./text-input.ts";
export type {
  DeliveredPart,
  DeliveryResult,
  DeliveryTier,
  FinalizeOptions,
  ReplyEvents,
  ReplyFailure,
  ReplyStream,
  StreamSession,
  ToolUpdate,
} from "./reply.ts";
