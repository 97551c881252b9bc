import { z } from "zod";
import type { RemoteStream } from "../../feed/index.ts";
import { toSnapshot } from "../../stream/index.ts";
import type { StreamHead } from "../gateway-streams.ts";
import type { GatewayParts, Route } from "../route.ts";
import { route } from "../route.ts";
import { lookFields, readFields, streamSchema, targetFields, toStreamBody } from "../wire.ts";
import type { LookBody, ReadBody, TargetBody } from "../wire.ts";
import { channelOf, targetOf } from "./channel-of.ts";

/** JSON of a text of 1,000,000 characters, all escaped. */
const MAX_TEXT_BYTES = 8_000_000;
const MAX_BODY_BYTES = 64_000;
/** How long `flush` waits before it says how far things are. */
const FLUSH_WITHIN_MS = 30_000;

const wellFormed = z.string().refine((text) => text.isWellFormed(), "must not cut a character in two (lone surrogate)");
const offset = z.coerce.number().int().min(0);
const ONE_STREAM = { description: "The stream", schema: streamSchema };

/**
 * What a stream in the named chat is opened by.
 * @throws Problem when it names no instance or target; ChannelError when Feishu does not take the app or cannot be reached
 */
export async function headOf(
  parts: GatewayParts,
  body: TargetBody & LookBody & ReadBody,
  signal: AbortSignal,
): Promise<StreamHead> {
  const channel = channelOf(parts, body.instance);
  const target = targetOf(body);
  const { title, language, flush_ms, think_tags: thinkTags } = body;
  await channel.check({ signal });
  return { instance: channel.instance, target, look: { title, language, flush_ms }, thinkTags };
}

/** Streams that are written call by call. */
export function streamRoutes(parts: GatewayParts, base: string): Route[] {
  const { streams } = parts;
  const path = `${base}/streams/{stream_id}`;
  const answer = (stream: RemoteStream, status = 200) => ({ status, body: toStreamBody(stream) });
  return [
    route<TargetBody & LookBody & ReadBody & { key?: string | undefined }>({
      method: "post",
      path: `${base}/streams`,
      operationId: "openStream",
      summary: "Open a streaming card and show it at once",
      body: {
        kind: "json",
        maxBytes: MAX_BODY_BYTES,
        schema: z.strictObject({
          ...targetFields,
          ...lookFields,
          ...readFields,
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
      problems: ["unknown-instance", "platform-forbidden", "platform-unavailable", "too-many", "closed"],
      async handle({ body, request }) {
        const head = await headOf(parts, body, request.signal);
        const key = body.key === undefined ? undefined : `${head.instance} ${body.key}`;
        const { stream, isNew } = await streams.open(head, key);
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
      handle: async ({ param }) => answer(await streams.get(param("stream_id"))),
    }),
    route<{ text: string; offset?: number | undefined }, { offset?: number | undefined }>({
      method: "post",
      path: `${path}/append`,
      operationId: "appendToStream",
      summary: "Add text at an offset; repeating a call does no harm",
      body: {
        kind: "json-or-text",
        maxBytes: MAX_TEXT_BYTES,
        schema: z.strictObject({
          text: wellFormed,
          offset: offset
            .optional()
            .describe("Where the text belongs; by default at the end, which cannot be repeated safely."),
        }),
        fromText: (text) => ({ text }),
      },
      query: z.strictObject({ offset: offset.optional().describe("For plain text bodies.") }),
      answers: { 200: ONE_STREAM },
      problems: ["unknown-stream", "ended", "gap", "conflict", "too-long"],
      handle: async ({ body, query, param }) =>
        answer(await streams.append(param("stream_id"), body.text, body.offset ?? query.offset)),
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
        schema: z.strictObject({
          status: z.nullable(z.string().max(500)).optional().describe("One line; null clears it."),
          reasoning: wellFormed.optional().describe("Added to the thinking panel."),
          tool: z
            .strictObject({
              id: z.string().min(1).max(128).describe("The same id again changes the line."),
              name: z.string().min(1).max(128),
              state: z.enum(["running", "done", "failed"]),
              detail: z.string().max(500).optional(),
            })
            .optional(),
        }),
      },
      answers: { 200: ONE_STREAM },
      problems: ["unknown-stream", "ended", "too-long"],
      handle: async ({ body, param }) => answer(await streams.update(param("stream_id"), body)),
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
        schema: z.strictObject({
          text: wellFormed.optional().describe("The whole text, when it is to differ from what streamed."),
          footer: z.string().max(500).optional().describe("One short line below the answer (Markdown)."),
          offset: offset.optional().describe("Where your text ends: refused with 409 when something is missing."),
        }),
      },
      answers: { 200: { ...ONE_STREAM, description: "Ended; `result` tells what is visible" } },
      problems: ["unknown-stream", "gap", "too-long"],
      async handle({ body, param }) {
        const text = body.text === undefined ? undefined : toSnapshot(body.text);
        const { footer, offset: endsAt } = body;
        return answer(await streams.finalize(param("stream_id"), { text, footer, offset: endsAt }));
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
        schema: z.strictObject({
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
        const failure = { code: body.code ?? "provider-error", message: body.message };
        return answer(await streams.fail(param("stream_id"), failure));
      },
    }),
  ];
}
