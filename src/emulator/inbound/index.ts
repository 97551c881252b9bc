export { Inbound } from "./inbound.ts";
export type { Connection, EventHandler } from "./inbound.ts";
export type { Envelope } from "./envelope.ts";
export type { Sink, SinkResult } from "./sink.ts";
