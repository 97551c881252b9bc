import { metrics, SpanStatusCode, trace } from "@opentelemetry/api";
import type { MeterProvider, TracerProvider } from "@opentelemetry/api";
import { errorText } from "../log/index.ts";
import type { Logger } from "../log/index.ts";
import type { DeliveryResult, ReplyStream } from "../stream/index.ts";
import type { Clock } from "../time/index.ts";
import { attributesOf, measure } from "./measure.ts";
import { METRICS } from "./names.ts";

/** Under what name the spans and metrics are made. */
const SCOPE = "cardstream";

/** What {@link observeReply} works with. */
export interface ObserveOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** @defaultValue the process's (`trace.setGlobalTracerProvider`); without an SDK nothing happens */
  readonly tracerProvider?: TracerProvider | undefined;
  /** @defaultValue the process's (`metrics.setGlobalMeterProvider`); without an SDK nothing happens */
  readonly meterProvider?: MeterProvider | undefined;
}

/**
 * Reports one reply: a span `cardstream.reply` from now to its end, the metrics of `METRICS`, and one log line at the end. Neither
 * ever holds text or ids of people. A provider that throws does no harm to the reply.
 */
export function observeReply(reply: ReplyStream, options: ObserveOptions): void {
  const { clock, logger } = options;
  const startedAt = clock.now();
  const { provider, instance } = reply.session;
  const base = { provider, instance };
  const meter = (options.meterProvider ?? metrics).getMeter(SCOPE);
  const open = meter.createUpDownCounter("cardstream.reply.open", METRICS["cardstream.reply.open"]);
  const span = (options.tracerProvider ?? trace.getTracerProvider())
    .getTracer(SCOPE)
    .startSpan("cardstream.reply", { startTime: clock.wallNow(), attributes: base });
  const guarded = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      logger.debug("telemetry failed", { reason: errorText(error) });
    }
  };
  guarded(() => open.add(1, base));
  let glyph = false;
  reply.events.on("flush", ({ acknowledged }) => {
    if (glyph || acknowledged === 0) return;
    glyph = true;
    guarded(() => span.addEvent("first-glyph", undefined, clock.wallNow()));
  });
  reply.events.on("rollover", ({ index, at }) =>
    guarded(() => span.addEvent("rollover", { index, at }, clock.wallNow())),
  );
  reply.events.on("fallback", ({ from, to, at }) =>
    guarded(() => span.addEvent("fallback", { from, to, at }, clock.wallNow())),
  );
  reply.events.once("finalize", (result) => {
    const durationMs = clock.now() - startedAt;
    logger.info("reply ended", logFields(reply, result, durationMs));
    guarded(() => {
      open.add(-1, base);
      const attributes = attributesOf(reply, result);
      for (const { name, value } of measure(reply, result, durationMs)) {
        const { kind, unit, description, buckets } = METRICS[name];
        if (kind === "histogram") {
          const advice = buckets === undefined ? {} : { advice: { explicitBucketBoundaries: [...buckets] } };
          meter.createHistogram(name, { unit, description, ...advice }).record(value, attributes);
        } else meter.createCounter(name, { unit, description }).add(value, attributes);
      }
      span.setAttributes({
        ...attributes,
        delivered: result.delivered,
        total: result.total,
        owed: result.owed.length,
        cards: result.cards,
        calls: result.calls,
        rejected: result.rejected,
        retries: result.retries,
        bytes: result.bytes,
      });
      if (result.outcome === "failed" || result.delivered < result.total)
        span.setStatus({ code: SpanStatusCode.ERROR, message: result.error?.message ?? result.outcome });
      span.end(clock.wallNow());
    });
    const { description, unit } = METRICS["cardstream.reply.paid"];
    const attributes = attributesOf(reply, result);
    reply.events.on("paid", () =>
      guarded(() => meter.createCounter("cardstream.reply.paid", { unit, description }).add(1, attributes)),
    );
  });
}

function logFields(
  reply: ReplyStream,
  result: DeliveryResult,
  durationMs: number,
): Record<string, string | number | undefined> {
  const { instance, messageId } = reply.session;
  const { outcome, delivered, total, cards, tier, calls, rejected, retries, bytes, firstGlyphMs, finishLagMs } = result;
  return {
    instance,
    messageId,
    outcome,
    delivered,
    total,
    owed: result.owed.length,
    cards,
    tier,
    calls,
    rejected,
    retries,
    bytes,
    textBytes: Buffer.byteLength(reply.text),
    firstGlyphMs,
    finishLagMs,
    durationMs,
  };
}
