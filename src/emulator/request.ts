import { parseJson } from "./json.ts";

/** An HTTP request, however it came in. */
export interface ApiRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  header(name: string): string | undefined;
  readonly body: string | Uint8Array<ArrayBuffer>;
  /** Where the caller reached the emulator: `http://127.0.0.1:1234`. */
  readonly origin: string;
  /** The caller's address. */
  readonly ip: string;
}

/** The body as text. */
function bodyText(request: ApiRequest): string {
  return typeof request.body === "string" ? request.body : Buffer.from(request.body).toString("utf8");
}

/** The body parsed as JSON, `undefined` when it is not JSON; an empty body counts as `{}`. */
export function bodyJson(request: ApiRequest): unknown {
  const text = bodyText(request);
  return text === "" ? {} : parseJson(text)?.value;
}
