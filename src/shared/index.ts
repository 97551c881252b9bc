export type { AppendLogs, LogAnswer, LogItem, LogPart, NewLogItem } from "./append-log.ts";
export type { BudgetInfo, Lease, LeaseAsk, SharedBucket } from "./buckets.ts";
export type { HeldEntry, LaneHandler } from "./lane-handler.ts";
export { MemoryState } from "./memory-state.ts";
export { isProcessBook, ProcessBook, readBook } from "./process-book.ts";
export { ProcessMail } from "./process-mail.ts";
export type { MailAnswer } from "./process-mail.ts";
export { describeAddress, readRedisAddress, RedisAddressError } from "./redis/address.ts";
export type { RedisAddressFault } from "./redis/address.ts";
export type { RedisAddress } from "./redis/address.ts";
export { examineRedis } from "./redis/examine.ts";
export type { RedisFacts } from "./redis/examine.ts";
export { describeSilent, SentinelError, wantsLogin } from "./redis/sentinel-error.ts";
export { openRedisState } from "./redis/redis-state.ts";
export type { RedisStateOptions } from "./redis/redis-state.ts";
export { SharedLanes } from "./shared-lanes.ts";
export type { SharedLanesOptions } from "./shared-lanes.ts";
export { SharedStateError } from "./state.ts";
export type {
  Accepted,
  Claim,
  Entry,
  InboxListener,
  NewEvent,
  NoteChanges,
  Notes,
  ProcessInfo,
  SessionInfo,
  SharedState,
  SharedStateTrouble,
} from "./state.ts";
