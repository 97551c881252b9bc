import { z } from "zod";
import { FeedError, fromBody } from "../../feed/index.ts";
import { hintOf } from "../../provider-wire/index.ts";
import { Problem } from "../problem.ts";
import type { GatewayParts, Route } from "../route.ts";
import { route } from "../route.ts";
import { lookFields, readFields, streamSchema, targetFields, toStreamBody } from "../wire.ts";
import type { LookBody, ReadBody, TargetBody } from "../wire.ts";
import { headOf } from "./streams.ts";

/** What the body may call itself; what it is shows in it. */
const CONTENT_TYPES = [
  "text/plain",
  "text/event-stream",
  "application/json",
  "application/x-ndjson",
  "application/jsonl",
  "application/octet-stream",
];

/** One request whose body streams into a card. */
export function pipeRoute(parts: GatewayParts, base: string): Route {
  const { reply_in_thread, ...targets } = targetFields;
  return route<undefined, TargetBody & LookBody & ReadBody>({
    method: "post",
    path: `${base}/pipe`,
    operationId: "pipe",
    summary: "Stream the request's body into a card: UTF-8 text, or a provider's stream or answer as it is",
    body: { kind: "stream", contentTypes: CONTENT_TYPES },
    query: z.strictObject({
      ...targets,
      ...lookFields,
      ...readFields,
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
    problems: [
      "unknown-instance",
      "platform-forbidden",
      "platform-unavailable",
      "too-many",
      "closed",
      "unreadable-source",
    ],
    async handle({ query, request }) {
      if (request.body === null) throw new Problem("invalid", "the request has no body");
      const head = await headOf(parts, query, request.signal);
      const hint = hintOf(request.headers.get("content-type"));
      const body = fromBody(fromClient(request.body), { hint, thinkTags: query.think_tags });
      const { stream, error } = await parts.streams.feed(head, body);
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
    throw new FeedError("client-gone", "the sender disconnected", { cause: error });
  }
}
