export { createRequestGuard } from "./request-guard.ts";
export type { Refused, RequestGuard, RequestGuardOptions } from "./request-guard.ts";
export { isTooDeep } from "./json-depth.ts";
export { isStrongToken, STRONG_TOKEN } from "./token.ts";
export { isLoopbackAddress, isLoopbackHost } from "./loopback.ts";
