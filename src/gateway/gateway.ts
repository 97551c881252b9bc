import { Hono } from "hono";
import { z } from "zod";
import type { RemoteStreamsLimits } from "../feed/index.ts";
import type { Logger } from "../log/index.ts";
import { ReplyStats } from "../metrics/index.ts";
import { ChannelError } from "../plugin-sdk/index.ts";
import type { Language, MessageChannel } from "../plugin-sdk/index.ts";
import type { ReplyStream } from "../stream/index.ts";
import type { Clock } from "../time/index.ts";
import { openGatewayStreams } from "./gateway-streams.ts";
import type { GatewaySharing } from "./gateway-streams.ts";
import { toOpenApi } from "./openapi.ts";
import { Problem, toProblem } from "./problem.ts";
import { check, readBody } from "./read-body.ts";
import { route } from "./route.ts";
import type { GatewayParts, Route } from "./route.ts";
import { messageRoutes } from "./routes/messages.ts";
import { pipeRoute } from "./routes/pipe.ts";
import { streamRoutes } from "./routes/streams.ts";
import { createTokenCheck } from "./token.ts";

/** What a gateway is made of. */
export interface GatewayOptions {
  /** Apps of one channel, each under its own name. */
  readonly channels: readonly MessageChannel[];
  /** What callers prove themselves with: at least 16 visible ASCII characters. */
  readonly token: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Gives ids that nobody can guess. */
  readonly newId: () => string;
  readonly limits?: RemoteStreamsLimits | undefined;
  /** Where several gateways of these apps share their streams. @defaultValue this one is alone */
  readonly shared?: GatewaySharing | undefined;
  /** Of the words on cards whose stream names none. @defaultValue "zh" */
  readonly language?: Language | undefined;
  /** Told of every reply, for example to write it into a journal. */
  readonly onOpen?: ((reply: ReplyStream, language: "zh" | "en" | undefined) => void) | undefined;
  /** Of the program, for the API's description. */
  readonly version: string;
}

/** Cards for programs in any language, over HTTP. */
export interface Gateway {
  /** Answers a request; never rejects. */
  fetch(request: Request): Promise<Response>;
  /** Streams open in this process now. */
  readonly openStreams: number;
  /** Begins to take part in what is shared, before the first request. @throws SharedStateError when it cannot be reached */
  start(): Promise<void>;
  /** Whether this process may write to a card, as far as it knows. */
  owns(cardId: string): boolean;
  /**
   * Refuses new streams and, within `withinMs`, ends open ones as interrupted, or leaves them to the gateways that share them. Idempotent.
   * Channels stay as they are.
   */
  close(withinMs: number): Promise<void>;
}

/** @throws TypeError when there is no channel, two have one name, or the token is too short */
export function createGateway(options: GatewayOptions): Gateway {
  const { channels, clock, logger } = options;
  const byName = new Map(channels.map((channel) => [channel.instance, channel]));
  const provider = channels[0]?.provider;
  if (provider === undefined || byName.size !== channels.length)
    throw new TypeError("channels: there must be at least one, each under its own name");
  const stats = new ReplyStats({ clock });
  const streams = openGatewayStreams(options, (reply, { look }) => {
    stats.observe(reply);
    options.onOpen?.(reply, look.language);
  });
  const parts: GatewayParts = { channels: byName, streams, stats, clock };
  const base = `/gateway/${provider}`;
  const routes = [...messageRoutes(parts, base), ...streamRoutes(parts, base), pipeRoute(parts, base)];
  let closing: Promise<void> | undefined;
  routes.push(...operationRoutes(parts, () => closing !== undefined));
  // The description describes itself too, so it is made when it is asked for.
  routes.push(
    route({
      method: "get",
      path: "/openapi.json",
      operationId: "describe",
      summary: "This description",
      open: true,
      body: { kind: "none" },
      answers: { 200: { description: "OpenAPI 3.1", schema: z.record(z.string(), z.unknown()) } },
      problems: [],
      handle: () => ({ status: 200, body: toOpenApi(routes, options.version) }),
    }),
  );
  const isAllowed = createTokenCheck(options.token);
  const app = new Hono();
  for (const item of routes)
    app.on(item.method.toUpperCase(), item.path.replaceAll(/\{(\w+)\}/gu, ":$1"), async (c) => {
      if (item.open !== true && !isAllowed(c.req.header("authorization") ?? null))
        throw new Problem("unauthorized", "send the gateway's token as `Authorization: Bearer …`");
      const query = item.query === undefined ? undefined : check(item.query, c.req.query());
      const body = await readBody(c.req.raw, item.body, clock);
      const param = (name: string): string => c.req.param(name) ?? "";
      const answer = await item.handle({ body, query, param, request: c.req.raw });
      return answer.contentType === undefined
        ? Response.json(answer.body, { status: answer.status })
        : new Response(String(answer.body), { status: answer.status, headers: { "content-type": answer.contentType } });
    });
  app.notFound(() => refuse(new Problem("unknown-path", "no such path; see /openapi.json")));
  app.onError((error, c) => {
    const response = refuse(error);
    if (response.status === 500)
      logger.error("a gateway request failed", { path: c.req.routePath, error: error.message });
    return response;
  });
  return {
    fetch: async (request) => app.fetch(request),
    get openStreams() {
      return streams.size;
    },
    start: () => streams.start(),
    owns: (cardId) => streams.owns(cardId),
    close: (withinMs) => (closing ??= streams.close(withinMs)),
  };
}

function refuse(error: unknown): Response {
  const { status, body } = toProblem(error);
  const headers = new Headers();
  if (status === 401) headers.set("www-authenticate", "Bearer");
  const { retry_after_ms } = body.error;
  if (status === 429) headers.set("retry-after", String(Math.ceil((retry_after_ms ?? 1000) / 1000)));
  return Response.json(body, { status, headers });
}

const healthSchema = (...states: string[]): z.ZodType =>
  z.object({
    status: z.enum(states),
    open_streams: z.int(),
    instances: z.array(
      z.object({
        instance: z.string(),
        status: z.enum(["ok", "failing"]),
        error: z.string().optional().describe("Why Feishu does not take this app, and what to do."),
      }),
    ),
  });

/** Whether the platform takes an app now. */
async function healthOf(
  channel: MessageChannel,
  signal: AbortSignal,
): Promise<{ instance: string; status: "ok" | "failing"; error?: string }> {
  const { instance } = channel;
  try {
    await channel.check({ signal });
    return { instance, status: "ok" };
  } catch (error) {
    return { instance, status: "failing", error: error instanceof ChannelError ? error.message : "unknown" };
  }
}

/** For whoever runs the gateway. */
function operationRoutes(parts: GatewayParts, isClosing: () => boolean): Route[] {
  return [
    route({
      method: "get",
      path: "/healthz",
      operationId: "health",
      summary: "Tell whether the gateway takes streams",
      open: true,
      body: { kind: "none" },
      answers: {
        200: { description: "It does", schema: healthSchema("ok") },
        503: {
          description: "It is shutting down, or Feishu does not take an app or cannot be reached",
          schema: healthSchema("closing", "failing"),
        },
      },
      problems: [],
      async handle({ request }) {
        const instances = await Promise.all([...parts.channels.values()].map((each) => healthOf(each, request.signal)));
        const works = instances.every(({ status }) => status === "ok");
        const status = isClosing() ? "closing" : works ? "ok" : "failing";
        return {
          status: status === "ok" ? 200 : 503,
          body: { status, open_streams: parts.streams.size, instances },
        };
      },
    }),
    route({
      method: "get",
      path: "/metrics",
      operationId: "metrics",
      summary: "Figures of all replies since the start, in Prometheus' text format",
      body: { kind: "none" },
      answers: { 200: { description: "The figures", contentType: "text/plain; version=0.0.4" } },
      problems: [],
      handle: () => ({
        status: 200,
        body: parts.stats.render(),
        contentType: "text/plain; version=0.0.4; charset=utf-8",
      }),
    }),
  ];
}
