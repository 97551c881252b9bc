import type { z } from "zod";
import type { MessageChannel } from "../plugin-sdk/index.ts";
import type { ReplyStats } from "../metrics/index.ts";
import type { Clock } from "../time/index.ts";
import type { GatewayStreams } from "./gateway-streams.ts";

/** What the routes of one gateway share. */
export interface GatewayParts {
  /** By name of the instance. */
  readonly channels: ReadonlyMap<string, MessageChannel>;
  readonly streams: GatewayStreams;
  readonly stats: ReplyStats;
  readonly clock: Clock;
}

/** One request, checked. */
export interface RouteCall<Body, Query> {
  readonly body: Body;
  readonly query: Query;
  /** Value of `{name}` in the path. */
  readonly param: (name: string) => string;
  readonly request: Request;
}

/** What a route answers. */
export interface RouteAnswer {
  readonly status: number;
  /** Becomes JSON, unless it is text. */
  readonly body: unknown;
  readonly contentType?: string | undefined;
}

/** How a route takes its body. `stream`: it reads the body itself. */
export type BodyKind<Body> =
  | { readonly kind: "json"; readonly schema: z.ZodType<Body>; readonly maxBytes: number }
  /** JSON, or plain text that becomes `fromText` of it. */
  | {
      readonly kind: "json-or-text";
      readonly schema: z.ZodType<Body>;
      readonly maxBytes: number;
      readonly fromText: (text: string) => unknown;
    }
  | { readonly kind: "stream"; readonly contentTypes: readonly string[] }
  | { readonly kind: "none" };

/** One operation: what registers it and what documents it are the same. */
export interface Route<Body = unknown, Query = unknown> {
  readonly method: "get" | "post" | "patch";
  /** With `{name}` for what varies. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  /** Answered without a token. @defaultValue false */
  readonly open?: boolean | undefined;
  readonly body: BodyKind<Body>;
  readonly query?: z.ZodType<Query> | undefined;
  /** Answers of success by status. */
  readonly answers: Readonly<
    Record<
      number,
      {
        readonly description: string;
        readonly schema?: z.ZodType | undefined;
        readonly contentType?: string | undefined;
      }
    >
  >;
  /** Codes of `PROBLEM_CODES` that are particular to this route. */
  readonly problems: readonly string[];
  handle(call: RouteCall<Body, Query>): Promise<RouteAnswer> | RouteAnswer;
}

/** Keeps a route's types while it is written, and forgets them in the table. */
export const route = <Body = undefined, Query = undefined>(definition: Route<Body, Query>): Route => definition;
