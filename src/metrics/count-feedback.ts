import { metrics } from "@opentelemetry/api";
import type { MeterProvider } from "@opentelemetry/api";

/** Whose answer was rated. */
export interface FeedbackOwner {
  readonly provider: string;
  readonly instance: string;
}

/**
 * Counts one rating of an answer in `cardstream.reply.feedback`, by `rating`. Holds neither text nor ids of people.
 * @param meterProvider @defaultValue the process's; without an SDK nothing happens
 */
export function countFeedback(rating: "up" | "down", owner: FeedbackOwner, meterProvider?: MeterProvider): void {
  try {
    (meterProvider ?? metrics)
      .getMeter("cardstream")
      .createCounter("cardstream.reply.feedback", { unit: "{rating}", description: "Ratings of answers" })
      .add(1, { ...owner, rating });
  } catch {
    // A provider that throws does no harm to the press.
  }
}
