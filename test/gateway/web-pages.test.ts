import { request } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { serveGateway } from "../../src/gateway/index.ts";
import type { GatewayServer, ServeOptions } from "../../src/gateway/index.ts";
import { createSystemClock } from "../../src/time/index.ts";
import { createGatewayBench } from "../support/gateway-bench.ts";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function serve(options: Partial<ServeOptions> = {}): Promise<GatewayServer> {
  const bench = createGatewayBench();
  // Whether Feishu lets the app in is asked in virtual time, and known from then on.
  expect((await bench.ask("GET", "/healthz")).status).toBe(200);
  const server = await serveGateway(bench.gateway, { port: 0, clock: createSystemClock(), ...options });
  closers.push(
    () => bench.close(),
    () => server.close(500),
  );
  return server;
}

function ask({ url }: GatewayServer, headers: Record<string, string>): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const call = request(`${url}/healthz`, { headers }, async (response) => {
      let text = "";
      for await (const chunk of response) text += String(chunk);
      resolve({ status: response.statusCode ?? 0, text });
    });
    call.on("error", reject).end();
  });
}

describe("[E10] the gateway", () => {
  it("answers programs, and pages of other origins and names with a refusal", async () => {
    const server = await serve();
    expect((await ask(server, {})).status).toBe(200);
    const foreign: Record<string, string>[] = [
      { host: "attacker.example" },
      { origin: "https://attacker.example" },
      { origin: "http://localhost:3000" },
      { "sec-fetch-site": "cross-site" },
    ];
    for (const headers of foreign) {
      const { status, text } = await ask(server, headers);
      expect(status).toBe(403);
      expect(JSON.parse(text)).toMatchObject({ error: { code: "foreign-page" } });
    }
  });

  it("answers under the name of a proxy that it was told of", async () => {
    const server = await serve({ allowedHosts: ["api.example.com"] });
    expect((await ask(server, { host: "api.example.com" })).status).toBe(200);
    expect((await ask(server, { host: "other.example.com" })).status).toBe(403);
  });

  it("on the network is reached under any name, by programs", async () => {
    const server = await serve({ host: "0.0.0.0" });
    const local = { ...server, url: server.url.replace("0.0.0.0", "127.0.0.1") };
    expect((await ask(local, { host: "gateway" })).status).toBe(200);
    expect((await ask(local, { host: "gateway", origin: "https://attacker.example" })).status).toBe(403);
  });
});
