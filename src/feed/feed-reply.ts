import { toDelta } from "../stream/index.ts";
import type { DeliveryResult, FinalizeOptions, ReplyFailure, ReplyStream } from "../stream/index.ts";
import { abortable } from "../time/index.ts";
import { BesideRoom } from "./beside.ts";
import type { Beside } from "./beside.ts";
import { FeedError } from "./part.ts";
import type { FeedPart } from "./part.ts";

/** How a source is read into a reply. */
export interface FeedOptions {
  /** Ends reading; the reply is marked as stopped and keeps its text. */
  readonly signal?: AbortSignal | undefined;
  /** Most characters ahead of what is visible before the source has to wait. @defaultValue 50000 */
  readonly highWaterChars?: number | undefined;
  /**
   * Most characters of the answer, and most of what is shown beside it (reasoning, tools); what comes after ends the reply as failed.
   * @defaultValue no limit
   */
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
    const { why, reason } = await readInto(reply, source, options);
    if (why !== undefined) {
      const error = new FeedError("truncated", reason === undefined ? why : `${why}: ${reason}`, { reason });
      return { result: await reply.fail({ code: why, detail: reason }), error };
    }
    return { result: await reply.finalize(options.finalize), error: undefined };
  } catch (error) {
    const wrapped = error instanceof Error ? error : new Error("the source failed", { cause: error });
    if (options.signal?.aborted === true)
      return { result: await (options.onAbort?.(reply) ?? reply.abort()), error: wrapped };
    return { result: await reply.fail(toFailure(error)), error: wrapped };
  }
}

/**
 * Reads a source into a reply without ending it; waits while the reader is far behind. The source is left (`return`) in any case.
 * @returns how the source ended: `why` when its text is not whole
 * @throws FeedError when it breaks off or is too long, what it throws, or the signal's reason
 */
export async function readInto(
  reply: ReplyStream,
  source: AsyncIterable<FeedPart>,
  { signal, highWaterChars = HIGH_WATER_CHARS, maxChars = Infinity }: FeedOptions,
): Promise<FeedPart & { type: "end" }> {
  let visible = 0;
  const onFlush = ({ acknowledged }: { acknowledged: number }): void => {
    visible = acknowledged;
  };
  reply.events.on("flush", onFlush);
  let end: (FeedPart & { type: "end" }) | undefined;
  const beside = new BesideRoom(maxChars);
  try {
    // An abort takes effect at once, even when the source never looks at the signal.
    for await (const part of abortable(source, signal)) {
      // Read on: an AI SDK result settles its own promises only when it is read to the end.
      if (part.type === "end") end = part;
      else if (!beside.take(besideOf(part)))
        throw new FeedError("too-long", `reasoning and tools are longer than ${maxChars} characters`);
      else takePart(reply, part);
      if (reply.text.length > maxChars)
        throw new FeedError("too-long", `the text is longer than ${maxChars} characters`);
      if (reply.text.length - visible > highWaterChars) for await (const _ of abortable(onceFlushed(reply), signal));
    }
  } finally {
    reply.events.off("flush", onFlush);
  }
  if (end === undefined) throw new FeedError("truncated", "the source ended without saying so");
  return end;
}

async function* onceFlushed(reply: ReplyStream): AsyncGenerator<undefined> {
  yield await reply.flush().then(() => undefined);
}

const besideOf = (part: FeedPart): Beside => ({
  reasoning: part.type === "reasoning" ? part.text : undefined,
  tool: part.type === "tool" ? part.update : undefined,
});

/** Adds one part to a reply. */
export function takePart(reply: ReplyStream, part: Exclude<FeedPart, { type: "end" }>): void {
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

/** How a reply fails for what was wrong with the end of a text that was read; undefined when nothing was. */
export function failureOf(ended: {
  readonly parts: readonly FeedPart[];
  readonly error: FeedError | undefined;
}): ReplyFailure | undefined {
  if (ended.error !== undefined) return toFailure(ended.error);
  const end = ended.parts.find((part) => part.type === "end");
  return end?.why === undefined ? undefined : { code: end.why, detail: end.reason };
}

/** How a reply fails for an error. Codes and names alone are shown, in the card's language: what a provider says may hold more than readers should see. */
function toFailure(error: unknown): ReplyFailure {
  if (!(error instanceof FeedError)) return { code: "provider-error" };
  return { code: error.trouble ?? error.code, detail: error.reason };
}
