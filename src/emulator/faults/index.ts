export { Faults, matchesOperation } from "./faults.ts";
export type { Effect, FaultRule, FaultView, Milliseconds } from "./rule.ts";
