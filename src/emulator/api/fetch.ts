import type { Gateway, Outcome } from "./pipeline.ts";
import type { ApiRequest } from "./request.ts";

/** The part of `fetch` that is needed to call an HTTP API. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** A broken connection as undici's fetch reports it. */
function connectionReset(): TypeError {
  const cause = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET", syscall: "read" });
  return new TypeError("fetch failed", { cause });
}

function headerReader(headers: RequestInit["headers"]): (name: string) => string | undefined {
  const read = new Headers(headers);
  return (name) => read.get(name) ?? undefined;
}

async function toApiRequest(input: string | URL | Request, init: RequestInit | undefined): Promise<ApiRequest> {
  const simple =
    !(input instanceof Request) && (init?.body === undefined || init.body === null || typeof init.body === "string");
  const url = new URL(input instanceof Request ? input.url : String(input));
  const place = { path: url.pathname, query: url.searchParams, origin: url.origin, ip: "127.0.0.1", direct: true };
  if (simple) {
    // The usual case, kept free of streams: it must not cost a turn of the event loop in virtual time.
    const body = typeof init?.body === "string" ? init.body : "";
    return { method: (init?.method ?? "GET").toUpperCase(), ...place, header: headerReader(init?.headers), body };
  }
  const request = new Request(input, init);
  const bytes = new Uint8Array(await request.arrayBuffer());
  const multipart = request.headers.get("content-type")?.startsWith("multipart/") === true;
  const body = multipart ? bytes : Buffer.from(bytes).toString("utf8");
  return { method: request.method, ...place, header: (name) => request.headers.get(name) ?? undefined, body };
}

function toResponse(outcome: Outcome): Response | Promise<Response> {
  if (outcome.kind === "answer")
    return new Response(outcome.body, { status: outcome.httpStatus, headers: outcome.headers });
  if (outcome.kind === "reset") throw connectionReset();
  return new Promise<Response>(() => {});
}

/**
 * A `fetch` that reaches the gateway without a socket. Aborting releases the caller at once; a call already under way is
 * still applied, as it would be over a network. `other` serves what is no Feishu path.
 */
export function createFetch(
  gateway: Gateway,
  isApiPath: (path: string) => boolean,
  other: (request: Request) => Promise<Response>,
): Fetch {
  return async (input, init) => {
    const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
    signal?.throwIfAborted();
    const path = new URL(input instanceof Request ? input.url : String(input)).pathname;
    const answer = isApiPath(path)
      ? toApiRequest(input, init).then(gateway).then(toResponse)
      : other(new Request(input, init));
    if (signal === undefined || signal === null) return answer;
    return new Promise<Response>((resolve, reject) => {
      const onAbort = (): void => reject(signal.reason);
      signal.addEventListener("abort", onAbort, { once: true });
      answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
    });
  };
}
