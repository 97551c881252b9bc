import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createGuardedFetch } from "../../src/llm/index.ts";
import { createSystemClock } from "../../src/time/index.ts";
import { startScript } from "../support/process/cli-process.ts";
import { startForwardProxy } from "../support/process/forward-proxy.ts";
import { CLIENTS } from "../support/llm/llm-clients.ts";
import { startLlmServer } from "../support/llm/llm-server.ts";
import type { LlmServer } from "../support/llm/llm-server.ts";
import { ANSWER, encodeEvents, recordAnswer, wholeAnswer } from "../support/llm/llm-streams.ts";

const run = promisify(execFile);
const support = (file: string): string => join(import.meta.dirname, "../support/llm", file);
const BODY = { method: "POST", body: '{"stream":true}' };

describe("connections", () => {
  let server: LlmServer;
  beforeAll(async () => {
    server = await startLlmServer();
  });
  afterAll(() => server.close());

  it("[B17] are never proxied by environment variables or a global dispatcher", async () => {
    const proxy = await startForwardProxy();
    try {
      const env = {
        ...process.env,
        NODE_USE_ENV_PROXY: "1",
        HTTP_PROXY: proxy.url,
        HTTPS_PROXY: proxy.url,
        ALL_PROXY: proxy.url,
        http_proxy: proxy.url,
        https_proxy: proxy.url,
        NO_PROXY: "",
        no_proxy: "",
      };
      const { stdout } = await run(process.execPath, [support("llm-child.ts"), "env", server.url, proxy.url], { env });
      expect(stdout).toBe(ANSWER);
      // The two traps went through it; the model did not.
      expect(proxy.uses).toBe(2);
    } finally {
      await proxy.close();
    }
  });

  it("[B17] go through the proxy that the model's settings name", async () => {
    const proxy = await startForwardProxy();
    try {
      const { stdout } = await run(process.execPath, [support("llm-child.ts"), "explicit", server.url, proxy.url]);
      expect(stdout).toBe(ANSWER);
      expect(proxy.uses).toBe(1);
    } finally {
      await proxy.close();
    }
  });

  it("are used again after an answer whose body was not closed at once", async () => {
    const guard = createGuardedFetch({ clock: createSystemClock() });
    try {
      const before = server.requests.length;
      for (let i = 0; i < 6; i++) {
        const response = await guard(`${server.url}/complete/v1/chat/completions`, BODY);
        expect(await response.text()).toContain("[DONE]");
        // The drain has no end that could be awaited; the next request finds its connection or opens one.
        await new Promise((resolve) => setImmediate(resolve));
      }
      const ports = server.requests.slice(before).map((request) => request.port);
      expect(new Set(ports).size).toBe(1);
    } finally {
      await guard.close();
    }
  });

  it("take a Request, a URL and a compressed answer", async () => {
    const answer = recordAnswer("openai-chat");
    const zipped = gzipSync(encodeEvents(wholeAnswer(answer)));
    const seen: string[] = [];
    const compressed = createServer((request, response) => {
      request.on("data", (chunk: Buffer) => seen.push(chunk.toString()));
      request.on("end", () => {
        response.writeHead(200, { "content-type": "text/event-stream", "content-encoding": "gzip" });
        response.end(zipped);
      });
    });
    await new Promise<void>((resolve) => {
      compressed.listen(0, "127.0.0.1", resolve);
    });
    const guard = createGuardedFetch({ clock: createSystemClock() });
    try {
      const url = `http://127.0.0.1:${(compressed.address() as AddressInfo).port}/v1/chat/completions`;
      for (const response of [await guard(new Request(url, BODY)), await guard(new URL(url), BODY)]) {
        expect(await response.text()).toBe(encodeEvents(wholeAnswer(answer)));
        expect(response.headers.has("content-encoding")).toBe(false);
        expect(response.url).toBe(url);
      }
      expect(seen).toEqual([BODY.body, BODY.body]);
    } finally {
      await guard.close();
      await new Promise((resolve) => {
        compressed.close(resolve);
      });
    }
  });

  it("[B20] to a frozen process are let go at once, by every client", { timeout: 40_000 }, async () => {
    const provider = startScript("test/support/llm/frozen-llm-child.ts", [String(CLIENTS.length)]);
    try {
      await provider.until(/http:.*\n/u);
      const base = `${provider.stdout().trim()}/stall-in-mid-stream`;
      const guard = createGuardedFetch({ clock: createSystemClock() });
      const stop = new AbortController();
      const bodies = CLIENTS.map((client) => client.ask(base, guard, stop.signal).catch((error: unknown) => error));
      await provider.until(/asked/u);
      provider.child.kill("SIGSTOP");
      stop.abort(new Error("stop"));
      // Who waited for the frozen process would wait for ever, and the guard's own patience is longer than this test's.
      for (const outcome of await Promise.all(bodies)) expect(outcome).toBeInstanceOf(Error);
      await guard.close();
    } finally {
      provider.child.kill("SIGKILL");
    }
  });
});

describe("loading", () => {
  it("loads neither the AI SDK nor undici nor MCP before a model is used", async () => {
    const code = `
      import { registerHooks } from "node:module";
      const urls = [];
      registerHooks({ resolve(specifier, context, next) { const found = next(specifier, context); urls.push(found.url); return found; } });
      const { createModel } = await import(${JSON.stringify(new URL("../../src/llm/index.ts", import.meta.url).href)});
      createModel({ provider: "deepseek", model: "m", apiKey: "k" }, { clock: {}, random: () => 0 });
      const packages = urls.map((url) => /node_modules\\/((?:@[^/]+\\/)?[^/]+)\\//.exec(url)?.[1]).filter(Boolean);
      console.log(JSON.stringify([...new Set(packages)].sort()));
    `;
    const { stdout } = await run(process.execPath, ["--input-type=module", "-e", code]);
    expect(JSON.parse(stdout)).toEqual(["eventsource-parser", "fastest-levenshtein", "zod"]);
  });
});
