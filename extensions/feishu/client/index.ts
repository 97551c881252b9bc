export { resolveAccount } from "./account.ts";
export type { FeishuAccount, FeishuDomain, ResolvedAccount } from "./account.ts";
export type { CallOptions, CallRecord } from "./call.ts";
export { createFeishuClient } from "./client.ts";
export type { FeishuClient, FeishuClientOptions } from "./client.ts";
export { FeishuClientPool } from "./client-pool.ts";
export type { ClientLease, FeishuClientPoolOptions } from "./client-pool.ts";
export {
  CARD_CALLBACK_ERRORS,
  CARD_CONTENT_ERRORS,
  CARDKIT_ERRORS,
  findErrorRow,
  GATEWAY_ERRORS,
  IM_ERRORS,
  LONG_CONNECTION_ERRORS,
} from "./error-table/index.ts";
export type { Bilingual, FeishuAnswerFacts, FeishuErrorKind, FeishuErrorRow } from "./error-table/index.ts";
export { FeishuApiError, FeishuInputError, FeishuTransportError, finalCause, isPassing } from "./errors.ts";
export type { FeishuInputCode, FeishuTransportCode, PermissionViolation } from "./errors.ts";
export type { FinalCause } from "./final-cause.ts";
export { proveAccess } from "./prove-access.ts";
export type { ProveAccessOptions } from "./prove-access.ts";
export { createOwnFetch } from "./fetch.ts";
export type { OwnFetch } from "./fetch.ts";
export type { Fetch, FetchInit, FetchResponse } from "./fetch.ts";
export { FEISHU_LIMITS } from "./limits.ts";
