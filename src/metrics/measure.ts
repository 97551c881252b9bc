import type { DeliveryResult, ReplyStream } from "../stream/index.ts";
import type { MetricName } from "./names.ts";

/** One value for one metric. */
export interface Measurement {
  readonly name: MetricName;
  readonly value: number;
}

/** By what the figures of a reply are told apart: few values each, never ids or text. */
export type ReplyAttributes = Readonly<Record<"provider" | "instance" | "outcome" | "tier", string>>;

/** What a reply that has ended is counted under. */
export function attributesOf(reply: ReplyStream, result: DeliveryResult): ReplyAttributes {
  const { provider, instance } = reply.session;
  return { provider, instance, outcome: result.outcome, tier: result.tier };
}

/** The figures of a reply that has ended. */
export function measure(reply: ReplyStream, result: DeliveryResult, durationMs: number): Measurement[] {
  const textBytes = Buffer.byteLength(reply.text);
  const all: readonly (readonly [MetricName, number | undefined])[] = [
    ["cardstream.reply.ended", 1],
    ["cardstream.reply.incomplete", result.delivered < result.total ? 1 : 0],
    ["cardstream.reply.owed", result.owed.length],
    ["cardstream.reply.paid", 0],
    ["cardstream.reply.first_glyph", seconds(result.firstGlyphMs)],
    ["cardstream.reply.finish_lag", seconds(result.finishLagMs)],
    ["cardstream.reply.duration", durationMs / 1000],
    ["cardstream.reply.overhead", textBytes === 0 ? undefined : result.bytes / textBytes],
    ["cardstream.reply.calls", result.calls],
    ["cardstream.reply.rejected", result.rejected],
    ["cardstream.reply.retries", result.retries],
    ["cardstream.reply.sent", result.bytes],
    ["cardstream.reply.text", textBytes],
  ];
  return all.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
}

const seconds = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : ms / 1000);
