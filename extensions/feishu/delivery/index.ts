export { CardChain } from "./card-chain.ts";
export { FeishuDelivery } from "./engine.ts";
export type { DeliverySettings, FeishuDeliveryOptions } from "./engine.ts";
export type { Patience } from "./recovery.ts";
export type { Outcome, ReplyState, ToolLine } from "./reply-state.ts";
export { Tally } from "./tally.ts";
export { Heartbeat } from "./heartbeat.ts";
export { WaitingLine } from "./waiting-line.ts";
