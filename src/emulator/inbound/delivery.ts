import { DeadlineError, withDeadline } from "../../time/index.ts";
import type { Clock } from "../../time/index.ts";
import { CALLBACK_MS, EVENT_RETRY_MS } from "../limits.ts";
import type { Envelope } from "./envelope.ts";
import type { Sink, SinkResult } from "./sink.ts";

/** 3 s without an answer. @see docs:cardkit-v1/card-callback-communication */
const NO_ANSWER: SinkResult = { status: "failed", problem: 200341 };
/** No address to call. */
const NO_ADDRESS: SinkResult = { status: "failed", problem: 200340 };

/** Hands an event over once. */
export async function deliverOnce(clock: Clock, sink: Sink | undefined, event: Envelope): Promise<SinkResult> {
  if (sink === undefined) return NO_ADDRESS;
  try {
    return await withDeadline(clock, CALLBACK_MS, "event", () => sink.send(event));
  } catch (error) {
    if (error instanceof DeadlineError) return NO_ANSWER;
    throw error;
  }
}

/**
 * Hands an event over until it is taken: again after 15 s, 5 min, 1 h and 6 h, the sink chosen anew each time.
 * @see docs:event-subscription-guide
 */
export function deliver(parts: {
  readonly clock: Clock;
  readonly event: Envelope;
  readonly choose: () => Sink | undefined;
  readonly closed: () => boolean;
  readonly onResult: (result: SinkResult, attempt: number) => void;
}): void {
  const { clock, event, choose, closed, onResult } = parts;
  const attempt = async (n: number): Promise<void> => {
    if (closed()) return;
    const result = await deliverOnce(clock, choose(), event);
    onResult(result, n);
    const wait = EVENT_RETRY_MS[n];
    if (result.status === "failed" && wait !== undefined && !closed()) clock.setTimer(wait, () => void attempt(n + 1));
  };
  void attempt(0);
}
