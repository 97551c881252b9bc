import type { AsyncLocalStorage } from "node:async_hooks";
import { Readable } from "node:stream";
import type { Client } from "@larksuiteoapi/node-sdk";
import type { CallOptions } from "./call.ts";
import { FeishuApiError } from "./errors.ts";
import { encodeMultipart } from "./multipart.ts";
import type { MultipartPart } from "./multipart.ts";
import type { TenantToken } from "./tenant-token.ts";
import type { Transport, WireRequest } from "./transport.ts";

/** What a call through the SDK carries beside the SDK's own arguments, which have no place for it. */
export interface CallContext extends CallOptions {
  readonly operation: string;
}

/** The SDK's seam for HTTP. */
export type HttpInstance = Client["httpInstance"];
type HttpRequest = Parameters<HttpInstance["request"]>[0];

/** What a {@link createHttpInstance} needs. */
export interface HttpInstanceOptions {
  readonly transport: Transport;
  readonly token: TenantToken;
  /** The call a request belongs to; follows the SDK's promises. */
  readonly calls: AsyncLocalStorage<CallContext>;
  /** For multipart boundaries. */
  readonly random: () => number;
}

/**
 * What the SDK sends its requests through: our transport, with the tenant token put in. When Feishu says that the token is
 * stale, it is renewed once and the request sent once more (it was refused before anything was done, so nothing can happen twice).
 */
export function createHttpInstance(options: HttpInstanceOptions): HttpInstance {
  const request = async (request: HttpRequest): Promise<unknown> => {
    const wire = await toWireRequest(request, options);
    const send = async (headers: Record<string, string>): Promise<unknown> => {
      const ready = { ...wire, headers: { ...wire.headers, ...headers } };
      if (request.responseType === "stream") {
        const answer = await options.transport.download(ready);
        return { data: Readable.from([answer.bytes]), headers: answer.headers };
      }
      return options.transport.json(ready);
    };
    // The long connection's endpoint takes no token, and a caller may bring one, for example a user's.
    if (!new URL(wire.url).pathname.includes("/open-apis/")) return send({});
    if (Object.keys(wire.headers).some((name) => name.toLowerCase() === "authorization")) return send({});
    const token = await orAborted(options.token.get(), wire.signal);
    try {
      return await send({ Authorization: `Bearer ${token}` });
    } catch (error) {
      if (!(error instanceof FeishuApiError) || error.row?.refreshToken !== true) throw error;
      options.token.invalidate(token);
    }
    return send({ Authorization: `Bearer ${await orAborted(options.token.get(), wire.signal)}` });
  };
  const bodiless = (method: string) => (url: string, rest?: HttpRequest) => request({ ...rest, url, method });
  const withBody = (method: string) => (url: string, data?: unknown, rest?: HttpRequest) =>
    request({ ...rest, url, data, method });
  // The SDK's generics promise each caller its own result type, which no implementation can prove.
  return {
    request,
    get: bodiless("GET"),
    delete: bodiless("DELETE"),
    head: bodiless("HEAD"),
    options: bodiless("OPTIONS"),
    post: withBody("POST"),
    put: withBody("PUT"),
    patch: withBody("PATCH"),
  } as HttpInstance;
}

async function toWireRequest(request: HttpRequest, options: HttpInstanceOptions): Promise<WireRequest> {
  const call = options.calls.getStore();
  const method = (request.method ?? "GET").toUpperCase();
  const url = withQuery(request.url ?? "", request.params);
  const headers = Object.fromEntries(
    Object.entries(request.headers ?? {}).map(([name, value]) => [name, String(value)]),
  );
  const wire = {
    operation: call?.operation ?? `${method} ${withoutIds(url)}`,
    method,
    url,
    signal: call?.signal,
    timeoutMs: call?.timeoutMs,
    onCall: call?.onCall,
  };
  const data = (request.data ?? {}) as Readonly<Record<string, unknown>>;
  if (headers["Content-Type"]?.startsWith("multipart/form-data") === true) {
    const boundary = `cardstream${Array.from({ length: 32 }, () => Math.floor(options.random() * 16).toString(16)).join("")}`;
    const body = encodeMultipart(await toParts(data), boundary);
    return { ...wire, headers: { ...headers, "Content-Type": `multipart/form-data; boundary=${boundary}` }, body };
  }
  // The SDK hands every GET an empty object; a DELETE may have a body (CardKit's does).
  if (method === "GET" || method === "HEAD" || (method === "DELETE" && Object.keys(data).length === 0))
    return { ...wire, headers, body: undefined };
  return {
    ...wire,
    headers: { "Content-Type": "application/json; charset=utf-8", ...headers },
    body: JSON.stringify(data),
  };
}

async function toParts(data: Readonly<Record<string, unknown>>): Promise<MultipartPart[]> {
  const fileName = typeof data["file_name"] === "string" ? data["file_name"] : "file";
  const parts: MultipartPart[] = [];
  for (const [name, value] of Object.entries(data)) {
    if (value instanceof Uint8Array) parts.push({ name, fileName, bytes: value });
    else if (value instanceof Readable) parts.push({ name, fileName, bytes: Buffer.concat(await value.toArray()) });
    else if (typeof value === "string" || typeof value === "number") parts.push({ name, value: String(value) });
  }
  return parts;
}

function withQuery(url: string, params: Readonly<Record<string, unknown>> | undefined): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params ?? {})) {
    for (const item of Array.isArray(value) ? value : [value])
      if (item !== undefined && item !== null) query.append(name, String(item));
  }
  return query.size === 0 ? url : `${url}${url.includes("?") ? "&" : "?"}${query.toString()}`;
}

/** A path to name an operation by: without query, ids replaced, so that logs and budgets see one API as one. */
function withoutIds(url: string): string {
  return new URL(url).pathname.replaceAll(/\/(?=[^/]*\d)[^/]{8,}(?=\/|$)/gu, "/:id");
}

/** Waits for something shared without being bound to it: the caller may leave. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
