import { z } from "zod";
import type { RemoteStream } from "../../feed/index.ts";
import { toDelta, toSnapshot } from "../../stream/index.ts";
import type { GatewayParts, Route } from "../route.ts";
import { route } from "../route.ts";
import { lookFields, streamSchema, targetFields, toLook, toStreamBody } from "../wire.ts";
import type { LookBody, TargetBody } from "../wire.ts";
import { channelOf, targetOf } from "./channel-of.ts";

/** JSON of a text of 1,000,000 characters, all escaped. */
const MAX_TEXT_BYTES = 8_000_000;
const MAX_BODY_BYTES = 64_000;
/** How long `flush` waits before it says how far things are. */
const FLUSH_WITHIN_MS = 30_000;

const wellFormed = z.string().refine((text) => text.isWellFormed(), "must not cut a character in two (lone surrogate)");
const offset = z.coerce.number().int().min(0);
const ONE_STREAM = { description: "The stream", schema: streamSchema };

/** Opens a stream in the named chat; the same key gives the same stream. */
export function openStream(
  parts: GatewayParts,
  body: TargetBody & LookBody,
  key: string | undefined,
): { stream: RemoteStream; isNew: boolean } {
  const channel = channelOf(parts, body.instance);
  const target = targetOf(body);
  return parts.streams.open(
    () => {
      const reply = channel.openReply(target, toLook(body));
      parts.stats.observe(reply);
      parts.onOpen(reply, body.language);
      return reply;
    },
    key === undefined ? undefined : `${channel.instance} ${key}`,
  );
}

/** Streams that are written call by call. */
export function streamRoutes(parts: GatewayParts, base: string): Route[] {
  const { streams } = parts;
  const path = `${base}/streams/{stream_id}`;
  const answer = (stream: RemoteStream, status = 200) => ({ status, body: toStreamBody(stream) });
  return [
    route<TargetBody & LookBody & { key?: string | undefined }>({
      method: "post",
      path: `${base}/streams`,
      operationId: "openStream",
      summary: "Open a streaming card and show it at once",
      body: {
        kind: "json",
        maxBytes: MAX_BODY_BYTES,
        schema: z.object({
          ...targetFields,
          ...lookFields,
          key: z
            .string()
            .min(1)
            .max(128)
            .optional()
            .describe("Chosen by you: the same key gives the same stream again, so that opening can be repeated."),
        }),
      },
      answers: {
        201: { ...ONE_STREAM, description: "Opened" },
        200: { ...ONE_STREAM, description: "Opened before with the same key" },
      },
      problems: ["unknown-instance", "too-many", "closed"],
      handle({ body }) {
        const { stream, isNew } = openStream(parts, body, body.key);
        return answer(stream, isNew ? 201 : 200);
      },
    }),
    route({
      method: "get",
      path,
      operationId: "getStream",
      summary: "Tell how far a stream is; ended streams are known for ten minutes",
      body: { kind: "none" },
      answers: { 200: ONE_STREAM },
      problems: ["unknown-stream"],
      handle: ({ param }) => answer(streams.get(param("stream_id"))),
    }),
    route<{ text: string; offset?: number | undefined }, { offset?: number | undefined }>({
      method: "post",
      path: `${path}/append`,
      operationId: "appendToStream",
      summary: "Add text at an offset; repeating a call does no harm",
      body: {
        kind: "json-or-text",
        maxBytes: MAX_TEXT_BYTES,
        schema: z.object({
          text: wellFormed,
          offset: offset
            .optional()
            .describe("Where the text belongs; by default at the end, which cannot be repeated safely."),
        }),
        fromText: (text) => ({ text }),
      },
      query: z.object({ offset: offset.optional().describe("For plain text bodies.") }),
      answers: { 200: ONE_STREAM },
      problems: ["unknown-stream", "ended", "gap", "conflict", "too-long"],
      handle({ body, query, param }) {
        const id = param("stream_id");
        streams.append(id, body.text, body.offset ?? query.offset);
        return answer(streams.get(id));
      },
    }),
    route<{
      status?: string | null | undefined;
      reasoning?: string | undefined;
      tool?:
        | { id: string; name: string; state: "running" | "done" | "failed"; detail?: string | undefined }
        | undefined;
    }>({
      method: "post",
      path: `${path}/update`,
      operationId: "updateStream",
      summary: "Show what goes on besides the text: a status line, reasoning, a tool",
      body: {
        kind: "json",
        maxBytes: MAX_TEXT_BYTES,
        schema: z.object({
          status: z.nullable(z.string().max(500)).optional().describe("One line; null clears it."),
          reasoning: wellFormed.optional().describe("Added to the thinking panel."),
          tool: z
            .object({
              id: z.string().min(1).max(128).describe("The same id again changes the line."),
              name: z.string().min(1).max(128),
              state: z.enum(["running", "done", "failed"]),
              detail: z.string().max(500).optional(),
            })
            .optional(),
        }),
      },
      answers: { 200: ONE_STREAM },
      problems: ["unknown-stream", "ended"],
      handle: ({ body, param }) =>
        answer(
          streams.update(param("stream_id"), (reply) => {
            if (body.status !== undefined) reply.status(body.status ?? undefined);
            if (body.reasoning !== undefined) reply.reasoning(toDelta(body.reasoning));
            if (body.tool !== undefined) reply.tool(body.tool);
          }),
        ),
    }),
    route({
      method: "post",
      path: `${path}/flush`,
      operationId: "flushStream",
      summary: "Wait until all text is visible, at most 30 seconds; `acknowledged` says how far it is",
      body: { kind: "none" },
      answers: { 200: ONE_STREAM },
      problems: ["unknown-stream"],
      handle: async ({ param }) => answer(await streams.flush(param("stream_id"), FLUSH_WITHIN_MS)),
    }),
    route<{ text?: string | undefined; footer?: string | undefined; offset?: number | undefined }>({
      method: "post",
      path: `${path}/finalize`,
      operationId: "finalizeStream",
      summary: "End a stream well and wait for the result; repeating it gives the same result",
      body: {
        kind: "json",
        maxBytes: MAX_TEXT_BYTES,
        schema: z.object({
          text: wellFormed.optional().describe("The whole text, when it is to differ from what streamed."),
          footer: z.string().max(500).optional().describe("One short line below the answer (Markdown)."),
          offset: offset.optional().describe("Where your text ends: refused with 409 when something is missing."),
        }),
      },
      answers: { 200: { ...ONE_STREAM, description: "Ended; `result` tells what is visible" } },
      problems: ["unknown-stream", "gap"],
      async handle({ body, param }) {
        const id = param("stream_id");
        const text = body.text === undefined ? undefined : toSnapshot(body.text);
        await streams.finalize(id, { text, footer: body.footer, offset: body.offset });
        return answer(streams.get(id));
      },
    }),
    route<{ code?: string | undefined; message?: string | undefined }>({
      method: "post",
      path: `${path}/fail`,
      operationId: "failStream",
      summary: "End a stream as failed; it keeps its text and says so",
      body: {
        kind: "json",
        maxBytes: MAX_BODY_BYTES,
        schema: z.object({
          code: z
            .string()
            .regex(/^[a-z][a-z0-9-]{0,63}$/u)
            .optional()
            .describe("For example `provider-error` (the default), `truncated`, `timeout`."),
          message: z
            .string()
            .min(1)
            .max(500)
            .optional()
            .describe("Shown to the reader instead of the words for `code`."),
        }),
      },
      answers: { 200: { ...ONE_STREAM, description: "Ended; `result` tells what is visible" } },
      problems: ["unknown-stream"],
      async handle({ body, param }) {
        const id = param("stream_id");
        await streams.fail(id, { code: body.code ?? "provider-error", message: body.message });
        return answer(streams.get(id));
      },
    }),
  ];
}
