import type { Envelope } from "./envelope.ts";

/**
 * What came of handing an event over. `problem` is the client-visible code a card action shows for it.
 * @see docs:cardkit-v1/card-callback-communication
 */
export type SinkResult =
  | { readonly status: "ok"; readonly answer: unknown }
  | { readonly status: "failed"; readonly problem: number };

/** Somewhere events of an app go: a long connection, a webhook, a function in this process. */
export interface Sink {
  /** Resolves when the other side answered; never rejects. The caller keeps the time. */
  send(envelope: Envelope): Promise<SinkResult>;
}
