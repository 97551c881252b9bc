import { z } from "zod";
import { RemoteStreamError } from "../feed/index.ts";
import type { RemoteStreamErrorCode } from "../feed/index.ts";
import { ChannelError } from "../plugin-sdk/index.ts";
import type { ChannelErrorKind } from "../plugin-sdk/index.ts";
import { SharedStateError } from "../shared/index.ts";

/** HTTP status of each error code of the gateway's own. */
export const STATUS = {
  invalid: 400,
  unauthorized: 401,
  "foreign-page": 403,
  "unknown-path": 404,
  "unknown-instance": 404,
  "request-timeout": 408,
  "too-large": 413,
  "wrong-content-type": 415,
  "unreadable-source": 422,
  internal: 500,
} as const;

const STREAM_STATUS: Readonly<Record<RemoteStreamErrorCode, number>> = {
  "unknown-stream": 404,
  ended: 409,
  gap: 409,
  conflict: 409,
  "too-long": 413,
  "too-many": 429,
  closed: 503,
  ending: 503,
};

/** What several gateways share cannot be reached. */
const SHARED_STATE = { code: "shared-state", status: 503 } as const;

/** Feishu's refusals, told apart from the gateway's own by their prefix. */
const CHANNEL_STATUS: Readonly<Record<ChannelErrorKind, number>> = {
  invalid: 400,
  forbidden: 403,
  "not-found": 404,
  "too-large": 413,
  "rate-limited": 429,
  unavailable: 502,
};

/** What every refusal looks like on the wire. */
export const problemSchema: z.ZodType<ProblemBody> = z.object({
  error: z.object({
    code: z.string().describe("For programs; see the list of codes."),
    message: z.string().describe("For developers, in English. Holds no text of messages."),
    expected_offset: z.int().optional().describe("Where to go on, for `gap`, `conflict`, `ended` and `too-long`."),
    retry_after_ms: z.int().optional(),
    platform_code: z.int().optional().describe("Feishu's own error code."),
    maybe_done: z.boolean().optional().describe("The fate is unknown: repeat with the same `uuid`."),
    issues: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .describe("What is wrong with the request, field by field."),
  }),
});

/** See {@link problemSchema}. */
export interface ProblemBody {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly expected_offset?: number | undefined;
    readonly retry_after_ms?: number | undefined;
    readonly platform_code?: number | undefined;
    readonly maybe_done?: boolean | undefined;
    readonly issues?: { readonly path: string; readonly message: string }[] | undefined;
  };
}

/** A request that is refused with a status and a body. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: number;
  readonly body: ProblemBody;

  constructor(code: keyof typeof STATUS, message: string, issues?: { path: string; message: string }[]) {
    super(message);
    this.status = STATUS[code];
    this.body = { error: { code, message, ...(issues && { issues }) } };
  }
}

/** How any error is answered. What nobody foresaw is `internal` and tells nothing. */
export function toProblem(error: unknown): { status: number; body: ProblemBody } {
  if (error instanceof Problem) return { status: error.status, body: error.body };
  if (error instanceof RemoteStreamError) {
    const { code, message, expected } = error;
    return {
      status: STREAM_STATUS[code],
      body: { error: { code, message, ...(expected !== undefined && { expected_offset: expected }) } },
    };
  }
  if (error instanceof SharedStateError) {
    const maybeDone = error.trouble === "unknown";
    const message = `what gateways share cannot be reached (${error.trouble}); repeat the call`;
    return {
      status: SHARED_STATE.status,
      body: { error: { code: SHARED_STATE.code, message, ...(maybeDone && { maybe_done: true }) } },
    };
  }
  if (error instanceof ChannelError) {
    const { kind, message, code, retryAfterMs, maybeDone } = error;
    return {
      status: CHANNEL_STATUS[kind],
      body: {
        error: {
          code: `platform-${kind}`,
          message,
          ...(code !== undefined && { platform_code: code }),
          ...(retryAfterMs !== undefined && { retry_after_ms: retryAfterMs }),
          ...(maybeDone && { maybe_done: true }),
        },
      },
    };
  }
  return {
    status: 500,
    body: { error: { code: "internal", message: "an unexpected failure; see the gateway's log" } },
  };
}

/** Every code with its status, for the documentation. */
export const PROBLEM_CODES: Readonly<Record<string, number>> = {
  ...STATUS,
  ...STREAM_STATUS,
  [SHARED_STATE.code]: SHARED_STATE.status,
  ...Object.fromEntries(Object.entries(CHANNEL_STATUS).map(([kind, status]) => [`platform-${kind}`, status])),
};
