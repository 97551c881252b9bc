import type { Emulator } from "../../../src/emulator/index.ts";

/** The SDK's HTTP over the emulator's in-process fetch; like its axios instance it resolves to the body. */
export function httpOver(emulator: Emulator): never {
  const request = async (options: {
    url: string;
    method?: string;
    data?: unknown;
    params?: Record<string, string>;
    headers?: Record<string, string>;
  }) => {
    const url = new URL(options.url);
    for (const [key, value] of Object.entries(options.params ?? {}))
      if (value !== undefined) url.searchParams.set(key, value);
    const method = (options.method ?? "GET").toUpperCase();
    const body = options.data === undefined || method === "GET" ? {} : { body: JSON.stringify(options.data) };
    const headers = { "content-type": "application/json; charset=utf-8", ...options.headers };
    const response = await emulator.fetch(url.href, { method, headers, ...body });
    const answer: unknown = await response.json();
    if (response.status >= 400)
      throw Object.assign(new Error(`HTTP ${response.status}`), {
        response: { status: response.status, data: answer },
      });
    return answer;
  };
  const bodied =
    (method: string) =>
    (url: string, data?: unknown, options: object = {}) =>
      request({ ...options, url, data, method });
  // Only what the SDK's client calls; its own type asks for all of axios.
  return {
    request,
    get: bodied("GET"),
    post: bodied("POST"),
    put: bodied("PUT"),
    patch: bodied("PATCH"),
    delete: bodied("DELETE"),
    head: bodied("HEAD"),
    options: bodied("OPTIONS"),
  } as never;
}
