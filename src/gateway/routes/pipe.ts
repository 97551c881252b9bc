import { z } from "zod";
import { FeedError, fromSse, fromTextBytes } from "../../feed/index.ts";
import { Problem } from "../problem.ts";
import type { GatewayParts, Route } from "../route.ts";
import { route } from "../route.ts";
import { lookFields, streamSchema, targetFields, toStreamBody } from "../wire.ts";
import type { LookBody, TargetBody } from "../wire.ts";
import { openStream } from "./streams.ts";

const SSE = "text/event-stream";

/** One request whose body streams into a card. */
export function pipeRoute(parts: GatewayParts, base: string): Route {
  const { reply_in_thread, ...targets } = targetFields;
  return route<undefined, TargetBody & LookBody>({
    method: "post",
    path: `${base}/pipe`,
    operationId: "pipe",
    summary: "Stream the request's body into a card: UTF-8 text, or a provider's server-sent events as they are",
    body: { kind: "stream", contentTypes: ["text/plain", SSE] },
    query: z.object({
      ...targets,
      ...lookFields,
      reply_in_thread: z
        .stringbool()
        .optional()
        .describe(reply_in_thread.description ?? ""),
    }),
    answers: {
      200: {
        description: "The body was read to its end and the card is closed; `result` tells what is visible",
        schema: streamSchema,
      },
    },
    problems: ["unknown-instance", "too-many", "closed", "unreadable-source"],
    async handle({ query, request }) {
      if (request.body === null) throw new Problem("invalid", "the request has no body");
      const { stream } = openStream(parts, query, undefined);
      const isSse = (request.headers.get("content-type") ?? "").toLowerCase().startsWith(SSE);
      const bytes = fromClient(request.body);
      const { error } = await parts.streams.feed(stream.id, isSse ? fromSse(bytes) : fromTextBytes(bytes));
      if (error !== undefined) {
        const why = error instanceof FeedError ? `${error.code}: ${error.message}` : "the body could not be read";
        throw new Problem("unreadable-source", `${why}; stream ${stream.id} was ended as failed and keeps its text`);
      }
      return { status: 200, body: toStreamBody(stream) };
    },
  });
}

/** A body that breaks off means that its sender is gone. */
async function* fromClient(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw new FeedError("client-gone", "the sender disconnected", error);
  }
}
