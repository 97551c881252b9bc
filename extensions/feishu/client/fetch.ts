import { Agent, fetch as undiciFetch, ProxyAgent } from "undici";

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
 */
export function createOwnFetch(options: { proxy?: string | undefined } = {}): OwnFetch {
  const dispatcher =
    options.proxy === undefined ? new Agent() : new ProxyAgent({ uri: options.proxy, proxyTunnel: true });
  return {
    fetch: (url, init) => undiciFetch(url, { ...init, dispatcher }),
    close: () => dispatcher.close(),
    destroy: () => dispatcher.destroy(),
  };
}
