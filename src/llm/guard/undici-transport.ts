import type { Dispatcher } from "undici";
import type { Fetch } from "./options.ts";

/** A `fetch` with connections of its own. */
export interface Transport {
  readonly fetch: Fetch;
  /** Ends all connections at once. */
  close(): Promise<void>;
}

/** How long a connection may take to be made, in milliseconds. */
const CONNECT_MS = 30_000;

/**
 * A transport over undici with an agent of its own, so that neither a global dispatcher nor a proxy variable of the environment
 * can reach it (an environment proxy once put every stream of a user behind a dead port). HTTP/2 is off: one broken connection
 * must not take all streams with it. undici's own timeouts are off, for the guard's clocks do that work.
 */
export async function openTransport(proxy: string | URL | undefined): Promise<Transport> {
  const undici = await import("undici");
  const common = { allowH2: false, headersTimeout: 0, bodyTimeout: 0 } as const;
  const dispatcher: Dispatcher =
    proxy === undefined
      ? new undici.Agent({ ...common, connect: { timeout: CONNECT_MS } })
      : new undici.ProxyAgent({ ...common, uri: String(proxy) });
  return {
    async fetch(input, init) {
      const [url, options] = input instanceof Request ? fromRequest(input, init) : [input, init];
      // undici declares its own RequestInit; Node's describes the same object.
      return undici.fetch(url, { ...(options as object), dispatcher });
    },
    // Bun puts an undici of its own in its place, whose agents hold nothing that could be closed.
    close: async () => (dispatcher as Partial<Dispatcher>).destroy?.(),
  };
}

/** Takes a `Request` of Node's apart, which undici's fetch does not accept. */
function fromRequest(request: Request, init: RequestInit = {}): [string, RequestInit] {
  const taken: RequestInit & { duplex: "half" } = {
    method: request.method,
    headers: request.headers,
    body: request.body,
    redirect: request.redirect,
    signal: request.signal,
    duplex: "half",
  };
  return [request.url, { ...taken, ...init }];
}
