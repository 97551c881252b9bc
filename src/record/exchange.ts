/** A body that passed by. */
export interface Captured {
  /** Its length in bytes, also where it was not kept. */
  readonly bytes: number;
  /** The bytes as sent, still compressed; `undefined` when there were more than {@link CAPTURE_LIMIT}. */
  readonly data: Buffer | undefined;
}

/** Bytes kept of a body. The largest JSON that Feishu takes is 3,000,000 characters; uploads are larger and only counted. */
export const CAPTURE_LIMIT: number = 10 * 1024 * 1024;

/** How a call ended. `upstream-failed`: no answer came from Feishu. `caller-left`: the bot broke off first. */
export type ExchangeOutcome = "answered" | "upstream-failed" | "caller-left";

/** One HTTP call through the proxy, with everything in it. Secrets are still inside: only a recorder may write it down. */
export interface Exchange {
  /** 1, 2, 3, … in order of arrival, over calls, webhooks and frames alike. */
  readonly seq: number;
  /** Wall-clock milliseconds of arrival. */
  readonly at: number;
  /** Milliseconds from arrival to the end of the answer. */
  readonly ms: number;
  /** `call`: a bot to Feishu. `webhook`: Feishu to a bot. */
  readonly kind: "call" | "webhook";
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Without the question mark; empty when there is none. */
  readonly query: string;
  readonly requestHeaders: Headers;
  readonly request: Captured;
  /** 0 when no answer came. */
  readonly status: number;
  readonly responseHeaders: Headers;
  readonly response: Captured;
  readonly outcome: ExchangeOutcome;
}

/** One message of a long connection. */
export interface Passed {
  readonly seq: number;
  readonly at: number;
  /** 1, 2, 3, …: which connection of this recording. */
  readonly connection: number;
  readonly from: "feishu" | "bot";
  readonly data: Buffer;
}

/** A long connection that opened, closed or was refused. */
export interface ConnectionChange {
  readonly seq: number;
  readonly at: number;
  readonly connection: number;
  readonly state: "open" | "closed" | "refused";
  /** WebSocket close code, or the HTTP status of a refusal. */
  readonly code: number | undefined;
}

/** Takes what passes by. Called after the bytes went on their way; whatever it throws is caught. */
export interface Observer {
  exchange(exchange: Exchange): void;
  passed(message: Passed): void;
  connection(change: ConnectionChange): void;
}
