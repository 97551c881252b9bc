export { CallQuota } from "./call-quota.ts";
export type { CallQuotaOptions, QuotaLevel, QuotaSettings } from "./call-quota.ts";
export { openQuota } from "./open-quota.ts";
export type { OpenQuotaOptions } from "./open-quota.ts";
export { createFileLedger, createMemoryLedger } from "./call-ledger.ts";
export type { CallLedger } from "./call-ledger.ts";
