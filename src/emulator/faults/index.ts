export { Faults } from "./faults.ts";
export type { Effect, FaultRule, FaultView, Milliseconds } from "./rule.ts";
