/** The name of a metric. */
export type MetricName = `cardstream.reply.${
  | "open"
  | "ended"
  | "incomplete"
  | "owed"
  | "paid"
  | "first_glyph"
  | "finish_lag"
  | "duration"
  | "overhead"
  | "calls"
  | "rejected"
  | "retries"
  | "sent"
  | "text"}`;

/** What one instrument measures. */
export interface MetricRow {
  readonly kind: "counter" | "histogram" | "up-down";
  /** UCUM unit, as OpenTelemetry wants it. */
  readonly unit: string;
  readonly description: string;
  /** Upper bounds of a histogram's buckets, in `unit`. */
  readonly buckets?: readonly number[] | undefined;
}

/** From a glyph nobody waits for to a reader who has left. */
const SECONDS = [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60];

/**
 * Every metric under its OpenTelemetry name. Prometheus spells `cardstream.reply.first_glyph` in seconds
 * `cardstream_reply_first_glyph_seconds`, and counters end in `_total`.
 * @see https://opentelemetry.io/docs/specs/semconv/general/metrics/ "General metric semantic conventions"
 */
export const METRICS: Readonly<Record<MetricName, MetricRow>> = {
  "cardstream.reply.open": { kind: "up-down", unit: "{reply}", description: "Replies being written" },
  "cardstream.reply.ended": { kind: "counter", unit: "{reply}", description: "Replies that have ended" },
  "cardstream.reply.incomplete": {
    kind: "counter",
    unit: "{reply}",
    description: "Replies of which a part is not known to be visible",
  },
  "cardstream.reply.owed": {
    kind: "counter",
    unit: "{card}",
    description: "Cards that could not be closed when their reply ended",
  },
  "cardstream.reply.paid": { kind: "counter", unit: "{card}", description: "Cards that were closed after that" },
  "cardstream.reply.first_glyph": {
    kind: "histogram",
    unit: "s",
    description: "From the first text handed in to the first visible text",
    buckets: SECONDS,
  },
  "cardstream.reply.finish_lag": {
    kind: "histogram",
    unit: "s",
    description: "From the end of the text to all of it visible",
    buckets: SECONDS,
  },
  "cardstream.reply.duration": {
    kind: "histogram",
    unit: "s",
    description: "From opening a reply to its end",
    buckets: [1, 5, 10, 30, 60, 120, 300, 600, 1800],
  },
  "cardstream.reply.overhead": {
    kind: "histogram",
    unit: "1",
    description: "Bytes sent for a reply over bytes of its text",
    buckets: [2, 5, 10, 20, 50, 100, 200, 500],
  },
  "cardstream.reply.calls": { kind: "counter", unit: "{call}", description: "Calls made for replies" },
  "cardstream.reply.rejected": { kind: "counter", unit: "{call}", description: "Calls that the platform refused" },
  "cardstream.reply.retries": { kind: "counter", unit: "{call}", description: "Calls made again after a failure" },
  "cardstream.reply.sent": { kind: "counter", unit: "By", description: "Bytes of request bodies" },
  "cardstream.reply.text": { kind: "counter", unit: "By", description: "Bytes of text delivered by them (UTF-8)" },
};

/** Names in order. */
export const METRIC_NAMES: readonly MetricName[] = Object.keys(METRICS) as MetricName[];
