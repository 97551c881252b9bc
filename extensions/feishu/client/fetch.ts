import { Agent, ProxyAgent, request } from "undici";

/** The part of `fetch` this client uses; the emulator's `fetch` and every standard one fit. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>;

/** What every request is made of. Redirects are never followed: they would carry the token elsewhere. */
export interface FetchInit {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly signal: AbortSignal;
  readonly redirect: "manual";
}

/** What is read of an answer. */
export interface FetchResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** A fetch with connections of its own. */
export interface OwnFetch {
  readonly fetch: Fetch;
  /** Resolves when open requests are done and the connections closed. */
  close(): Promise<void>;
  /** Cuts the connections off. */
  destroy(): Promise<void>;
}

/**
 * A fetch that connects directly, or through the given proxy and nothing else. The own dispatcher is what keeps
 * `HTTP_PROXY`, `NODE_USE_ENV_PROXY` and a global dispatcher somebody else installed from ever reaching it.
 *
 * HTTP/1.1, as the SDK itself speaks: one connection that stalls holds up one call. `request`, not undici's `fetch`, which takes
 * many more turns of the microtask queue until a call leaves; in a host that keeps its thread busy, each of them may cost 100 ms.
 */
export function createOwnFetch(options: { proxy?: string | undefined } = {}): OwnFetch {
  const { proxy } = options;
  const dispatcher =
    proxy === undefined
      ? new Agent({ allowH2: false })
      : new ProxyAgent({ uri: proxy, proxyTunnel: true, allowH2: false });
  // Bun puts an undici of its own in its place, whose agents hold nothing that could be closed.
  const held: Partial<Pick<Agent, "close" | "destroy">> = dispatcher;
  return {
    fetch: async (url, { method, headers, body, signal }) => {
      const answer = await request(url, { dispatcher, method, headers, body, signal });
      const header = (name: string): string | null => {
        const value = answer.headers[name.toLowerCase()];
        return value === undefined ? null : [value].flat().join(", ");
      };
      return { status: answer.statusCode, headers: { get: header }, arrayBuffer: () => answer.body.arrayBuffer() };
    },
    close: async () => held.close?.(),
    destroy: async () => held.destroy?.(),
  };
}
