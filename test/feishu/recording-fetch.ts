import { createFeishuClient } from "../../extensions/feishu/client/index.ts";
import type {
  CallRecord,
  FeishuClient,
  FeishuClientOptions,
  FetchInit,
  FetchResponse,
} from "../../extensions/feishu/client/index.ts";
import { silentLogger } from "../../src/log/index.ts";
import { FakeClock } from "../support/fake-clock.ts";

/** A request as it left. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly bytes: Uint8Array | undefined;
}

/** What to answer; `json` is the body, `text` one that is not JSON. A thrown error is a broken connection. */
export type Reply = {
  status?: number;
  headers?: Record<string, string>;
  json?: unknown;
  text?: string;
};

/** A scripted Feishu: records requests, answers tokens by itself and everything else by `answer`. */
export class RecordingFetch {
  readonly requests: RecordedRequest[] = [];
  readonly all: RecordedRequest[] = [];
  answer: (request: RecordedRequest, signal: AbortSignal) => Reply | Promise<Reply> = () => ({
    json: { code: 0, msg: "success", data: {} },
  });
  token: () => Reply | Promise<Reply> = () => ({
    json: { code: 0, msg: "ok", tenant_access_token: `t-${++this.tokens}`, expire: 7200 },
  });
  tokens = 0;

  readonly fetch = async (url: string, init: FetchInit): Promise<FetchResponse> => {
    const { pathname, searchParams } = new URL(url);
    const text = typeof init.body === "string" ? init.body : undefined;
    const request: RecordedRequest = {
      method: init.method,
      path: pathname,
      query: searchParams,
      headers: init.headers,
      body: text === undefined ? undefined : JSON.parse(text),
      bytes: typeof init.body === "string" ? undefined : init.body,
    };
    this.all.push(request);
    const isToken = pathname.endsWith("/tenant_access_token/internal");
    if (!isToken) this.requests.push(request);
    const {
      status = 200,
      headers,
      json,
      text: plain,
    } = isToken ? await this.token() : await this.answer(request, init.signal);
    return new Response(plain ?? JSON.stringify(json), {
      status,
      headers: { "content-type": plain === undefined ? "application/json" : "text/html", ...headers },
    });
  };
}

/** A client over a scripted Feishu in virtual time. */
export function recordedClient(options: Partial<FeishuClientOptions> = {}): {
  client: FeishuClient;
  feishu: RecordingFetch;
  clock: FakeClock;
  calls: CallRecord[];
} {
  const feishu = new RecordingFetch();
  const clock = new FakeClock();
  const calls: CallRecord[] = [];
  const client = createFeishuClient({
    account: { appId: "cli_a1b2c3d4e5f60718", appSecret: "top-secret" },
    fetch: feishu.fetch,
    clock,
    logger: silentLogger,
    random: () => 0.5,
    onCall: (record) => calls.push(record),
    ...options,
  });
  return { client, feishu, clock, calls };
}

/** The error a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("expected a rejection");
}
