import { toDelta } from "../stream/index.ts";
import type { DeliveryResult, FinalizeOptions, ReplyFailure, ReplyStream } from "../stream/index.ts";
import { FeedError } from "./part.ts";
import type { FeedPart } from "./part.ts";

/** How a source is read into a reply. */
export interface FeedOptions {
  /** Ends reading; the reply is marked as stopped and keeps its text. */
  readonly signal?: AbortSignal | undefined;
  /** Most characters ahead of what is visible before the source has to wait. @defaultValue 50000 */
  readonly highWaterChars?: number | undefined;
  /** Most characters of the answer; what comes after ends the reply as failed. @defaultValue no limit */
  readonly maxChars?: number | undefined;
  /** Extras of the last layout. */
  readonly finalize?: Pick<FinalizeOptions, "footer" | "withinMs"> | undefined;
  /** How the reply ends when `signal` aborts. @defaultValue `abort` ("stopped") */
  readonly onAbort?: ((reply: ReplyStream) => Promise<DeliveryResult>) | undefined;
}

/** Text ahead of what is visible before the source has to wait. */
const HIGH_WATER_CHARS = 50_000;

/** What came of reading a source into a reply. */
export interface FedReply {
  readonly result: DeliveryResult;
  /** Why the source was not read to a good end; undefined when it was. */
  readonly error: Error | undefined;
}

/**
 * Reads a source into a reply and ends it exactly once: finalized when the source is complete, failed (keeping its text) when it
 * breaks off or throws, aborted by the signal. Never rejects. The source is left (`return`) in any case.
 */
export async function feedReply(
  reply: ReplyStream,
  source: AsyncIterable<FeedPart>,
  options: FeedOptions = {},
): Promise<FedReply> {
  try {
    const why = await pump(reply, source, options);
    if (why !== undefined) return { result: await reply.fail({ code: why }), error: new FeedError("truncated", why) };
    return { result: await reply.finalize(options.finalize), error: undefined };
  } catch (error) {
    const wrapped = error instanceof Error ? error : new Error("the source failed", { cause: error });
    if (options.signal?.aborted === true)
      return { result: await (options.onAbort?.(reply) ?? reply.abort()), error: wrapped };
    return { result: await reply.fail(toFailure(error)), error: wrapped };
  }
}

async function pump(
  reply: ReplyStream,
  source: AsyncIterable<FeedPart>,
  { signal, highWaterChars = HIGH_WATER_CHARS, maxChars = Infinity }: FeedOptions,
): Promise<string | undefined> {
  const aborted = new Promise<never>((_, reject) => {
    if (signal?.aborted === true) reject(signal.reason);
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  aborted.catch(() => {});
  let visible = 0;
  const onFlush = ({ acknowledged }: { acknowledged: number }): void => {
    visible = acknowledged;
  };
  reply.events.on("flush", onFlush);
  const parts = source[Symbol.asyncIterator]();
  let end: (FeedPart & { type: "end" }) | undefined;
  let over = false;
  try {
    for (;;) {
      // The race lets an abort take effect at once, even when the source never looks at the signal.
      const next = await Promise.race([parts.next(), aborted]);
      if (next.done === true) {
        over = true;
        if (end === undefined) throw new FeedError("truncated", "the source ended without saying so");
        return end.why;
      }
      // Read on: an AI SDK result settles its own promises only when it is read to the end.
      if (next.value.type === "end") end = next.value;
      else take(reply, next.value);
      if (reply.text.length > maxChars)
        throw new FeedError("too-long", `the text is longer than ${maxChars} characters`);
      if (reply.text.length - visible > highWaterChars) await Promise.race([reply.flush(), aborted]);
    }
  } finally {
    reply.events.off("flush", onFlush);
    // Not awaited: a source that is stuck must not hold up the reply's end.
    if (!over) void Promise.resolve(parts.return?.()).catch(() => {});
  }
}

function take(reply: ReplyStream, part: Exclude<FeedPart, { type: "end" }>): void {
  switch (part.type) {
    case "text":
      reply.append(toDelta(part.text));
      break;
    case "reasoning":
      reply.reasoning(toDelta(part.text));
      break;
    case "tool":
      reply.tool(part.update);
      break;
    case "message":
      reply.beginMessage({ keep: true });
      break;
  }
}

/** The code alone is shown, in the card's language: what a provider says may hold more than readers should see. */
const toFailure = (error: unknown): ReplyFailure => ({
  code: error instanceof FeedError ? error.code : "provider-error",
});
