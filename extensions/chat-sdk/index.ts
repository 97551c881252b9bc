import "../../src/runtime/index.ts";
export { createLarkAdapter, LarkAdapter } from "./adapter.ts";
export type { LarkAdapterConfig } from "./config.ts";
export type { LarkRaw } from "./messages.ts";
export type { LarkThreadId } from "./thread-id.ts";
