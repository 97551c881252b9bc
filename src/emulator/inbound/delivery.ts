import { DeadlineError, sleep, withDeadline } from "../../time/index.ts";
import type { Core } from "../state/core.ts";
import { isObject } from "../json.ts";
import { CALLBACK_MS, EVENT_RETRY_MS } from "../limits.ts";
import type { TimelineEntry } from "../state/timeline.ts";
import { announceMessage } from "../views/make-views.ts";
import type { Envelope } from "./envelope.ts";
import type { Sink, SinkResult } from "./sink.ts";

/** 3 s without an answer. @see docs:cardkit-v1/card-callback-communication */
const NO_ANSWER: SinkResult = { status: "failed", problem: 200341 };
/** No address to call. */
const NO_ADDRESS: SinkResult = { status: "failed", problem: 200340 };
/** The connection failed. */
const NO_CONNECTION: SinkResult = { status: "failed", problem: 200342 };

/** Hands an event over once and puts it in the timeline as `event.<type>`. Faults for that name take part. */
export async function deliverOnce(core: Core, sink: Sink | undefined, event: Envelope): Promise<SinkResult> {
  const body = JSON.stringify(event.body);
  const entry: TimelineEntry = {
    seq: core.timeline.nextSeq(),
    at: Math.round(core.clock.wallNow()),
    operation: `event.${event.eventType}`,
    method: "EVENT",
    path: "",
    appId: event.appId,
    httpStatus: 0,
    code: -1,
    msg: "",
    ms: 0,
    requestBytes: Buffer.byteLength(body),
    responseBytes: 0,
    body: core.timeline.cut(body),
    outcome: "pending",
  };
  core.timeline.add(entry);
  const started = core.clock.now();
  const result = await attempt(core, sink, event, entry);
  entry.ms = core.clock.now() - started;
  entry.outcome = result.status === "ok" ? "answered" : "lost";
  entry.code = result.status === "ok" ? 0 : result.problem;
  entry.answer =
    result.status === "ok" && result.answer !== undefined
      ? core.timeline.cut(JSON.stringify(result.answer) ?? "")
      : undefined;
  if (sink === undefined) entry.warning = "the app has no long connection and no webhook: nobody takes this event";
  core.feed.emit(() => ({ type: "call", entry }));
  return result;
}

async function attempt(core: Core, sink: Sink | undefined, event: Envelope, entry: TimelineEntry): Promise<SinkResult> {
  if (sink === undefined) return NO_ADDRESS;
  const effects = core.faults.take(entry, () => JSON.stringify(event.body));
  if (effects.length > 0) entry.fault = effects.map((effect) => effect.type).join("+");
  for (const effect of effects) {
    if (effect.type === "latency") {
      const ms = effect.beforeMs ?? 0;
      await sleep(core.clock, typeof ms === "number" ? ms : ms[0] + core.random() * (ms[1] - ms[0]));
    } else if (effect.type === "code") {
      return { status: "failed", problem: effect.code };
    } else if (effect.type === "reset" || effect.type === "hang" || effect.type === "http") {
      return NO_CONNECTION;
    }
  }
  try {
    const result = await withDeadline(core.clock, CALLBACK_MS, "event", () => sink.send(event));
    // Taken, but its acknowledgement is lost: the same event will come again.
    return effects.some((effect) => effect.type === "lost") ? NO_ANSWER : result;
  } catch (error) {
    if (error instanceof DeadlineError) return NO_ANSWER;
    core.logger.error("an event could not be handed over", { error: String(error) });
    return NO_CONNECTION;
  }
}

/** Somebody took it: a message that nobody had heard is heard now. */
function heard(core: Core, { eventType, body }: Envelope): void {
  if (eventType !== "im.message.receive_v1") return;
  const event = isObject(body["event"]) ? body["event"]["message"] : undefined;
  const message = core.store.messages.get(isObject(event) ? String(event["message_id"]) : "");
  if (message?.unheard === undefined) return;
  message.unheard = undefined;
  announceMessage(core, "updated", message);
}

/**
 * Hands an event over until it is taken: again after 15 s, 5 min, 1 h and 6 h, the sink chosen anew each time.
 * @returns gives up
 * @see docs:event-subscription-guide
 */
export function deliver(core: Core, event: Envelope, choose: () => Sink | undefined, onEnd: () => void): () => void {
  let stopped = false;
  let cancel: (() => void) | undefined;
  const next = async (n: number): Promise<void> => {
    const result = await deliverOnce(core, choose(), event);
    if (result.status === "ok") heard(core, event);
    const wait = EVENT_RETRY_MS[n];
    if (result.status === "failed" && wait !== undefined && !stopped)
      cancel = core.clock.setTimer(wait, () => void next(n + 1));
    else onEnd();
  };
  void next(0);
  return () => {
    stopped = true;
    cancel?.();
  };
}
