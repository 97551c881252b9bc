import { parseJson } from "../json.ts";

/** An HTTP request, however it came in. */
export interface ApiRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  header(name: string): string | undefined;
  /** Empty when it was {@link ApiRequest.tooLarge}. */
  readonly body: string | Uint8Array<ArrayBuffer>;
  /** The body is larger than anything Feishu takes, and was not kept. */
  readonly tooLarge?: boolean | undefined;
  /** Where the caller reached the emulator: `http://127.0.0.1:1234`. */
  readonly origin: string;
  /** The caller's address. */
  readonly ip: string;
  /** The caller is this very process, and came by no socket. */
  readonly direct?: boolean | undefined;
}

/**
 * Path and query of a request line, as they were sent. Not by `URL`, which throws at targets like `//[` and takes `//x/y` for
 * a host.
 */
export function splitTarget(target: string): { path: string; query: URLSearchParams } {
  const at = target.indexOf("?");
  if (at === -1) return { path: target, query: new URLSearchParams() };
  return { path: target.slice(0, at), query: new URLSearchParams(target.slice(at + 1)) };
}

/** The body as text. */
export function bodyText(request: ApiRequest): string {
  return typeof request.body === "string" ? request.body : Buffer.from(request.body).toString("utf8");
}

/** The body parsed as JSON, `undefined` when it is not JSON; an empty body counts as `{}`. */
export function bodyJson(request: ApiRequest): unknown {
  const text = bodyText(request);
  return text === "" ? {} : parseJson(text)?.value;
}
