export { Inbound } from "./inbound.ts";
export type { Connection, EventHandler } from "./inbound.ts";
export { ActionTokens } from "./action-tokens.ts";
export type { ActionToken } from "./action-tokens.ts";
export { Tickets } from "./tickets.ts";
export type { Envelope } from "./envelope.ts";
export type { Sink, SinkResult } from "./sink.ts";
