export { Inbound } from "./inbound.ts";
export type { EventHandler } from "./inbound.ts";
export { ActionTokens } from "./action-tokens.ts";
export { Tickets } from "./tickets.ts";
