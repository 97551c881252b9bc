import { createFeishuMessenger } from "../../extensions/feishu/index.ts";
import { createGateway } from "../../src/gateway/index.ts";
import type { Gateway, GatewayOptions } from "../../src/gateway/index.ts";
import { silentLogger } from "../../src/log/index.ts";
import { createInstanceBench } from "./instance-bench.ts";
import type { InstanceBench } from "./instance-bench.ts";

export const GATEWAY_TOKEN = "test-token-0123456789";

/** One answer of the gateway. */
export interface GatewayAnswer {
  readonly status: number;
  readonly headers: Headers;
  // The shape is what the test checks.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

/** The gateway over the real channel and the emulator, in virtual time and without sockets. */
export interface GatewayBench extends InstanceBench {
  readonly gateway: Gateway;
  /** One request; `body` becomes JSON unless it is a string or a stream. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<GatewayAnswer>;
}

export function createGatewayBench(
  options: { gateway?: Partial<GatewayOptions>; bench?: Parameters<typeof createInstanceBench>[0] } = {},
): GatewayBench {
  const bench = createInstanceBench(options.bench);
  let next = 0;
  const gateway = createGateway({
    channels: [createFeishuMessenger({ instance: bench.instance })],
    token: GATEWAY_TOKEN,
    clock: bench.clock,
    logger: silentLogger,
    newId: () => `stream-${next++}`,
    version: "0.0.0",
    ...options.gateway,
  });
  return {
    ...bench,
    gateway,
    async ask(method, path, body, headers = {}) {
      const raw = typeof body === "string" || body instanceof ReadableStream;
      const init = {
        method,
        headers: {
          authorization: `Bearer ${GATEWAY_TOKEN}`,
          ...(body === undefined && method === "GET"
            ? {}
            : { "content-type": raw ? "text/plain" : "application/json" }),
          ...headers,
        },
        ...(body !== undefined && { body: raw ? body : JSON.stringify(body), duplex: "half" as const }),
      };
      const response = await bench.clock.runUntil(gateway.fetch(new Request(`http://gateway${path}`, init)));
      const text = await response.text();
      const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
      return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
    },
    async close() {
      await bench.clock.runUntil(gateway.close(1000));
      await bench.close();
    },
  };
}
