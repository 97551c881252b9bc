import { join } from "node:path";
import { createMcpHandler } from "@modelcontextprotocol/server";
import { serve } from "@hono/node-server";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { connectMcpTools, readMcpServers } from "../../src/llm/index.ts";
import type { McpServerConfig, McpTools, Tool } from "../../src/llm/index.ts";
import { createSystemClock } from "../../src/time/index.ts";
import { makeTestMcpServer } from "../support/process/mcp-server.ts";

const clock = createSystemClock();
const script = join(import.meta.dirname, "../support/process/mcp-child.ts");
const program = (...args: string[]): McpServerConfig => ({ command: process.execPath, args: [script, ...args] });
const signal = new AbortController().signal;

describe("connectMcpTools", () => {
  const closers: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    await Promise.all(closers.splice(0).map((close) => close()));
  });

  async function connect(servers: Record<string, McpServerConfig>): Promise<McpTools> {
    const connected = await connectMcpTools(servers, { clock });
    closers.push(() => connected.close());
    return connected;
  }

  async function serveHttp(): Promise<{ url: string; authorizations: (string | null)[] }> {
    const handler = createMcpHandler(makeTestMcpServer);
    const authorizations: (string | null)[] = [];
    const fetch = (request: Request): Promise<Response> => {
      authorizations.push(request.headers.get("authorization"));
      return handler.fetch(request);
    };
    const server = serve({ fetch, port: 0, hostname: "127.0.0.1" });
    await new Promise((resolve) => server.once("listening", resolve));
    closers.push(() => new Promise((resolve) => server.close(resolve)));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, authorizations };
  }

  const find = (connected: McpTools, name: string): Tool => {
    const tool = connected.tools.find((candidate) => candidate.name === name);
    if (tool === undefined) throw new Error(`no ${name} among ${connected.tools.map((tool) => tool.name).join(", ")}`);
    return tool;
  };

  it("offers the tools of a program and calls them", async () => {
    const connected = await connect({ my: program() });
    expect(connected.servers).toEqual([{ name: "my", state: "connected", tools: 5 }]);
    const add = find(connected, "my_add");
    expect(add).toMatchObject({
      title: "Addition",
      description: "Adds two numbers.",
      inputSchema: { type: "object", required: ["a", "b"] },
    });
    expect(await add.execute({ a: 2, b: 40 }, { signal })).toBe("42");
    await expect(add.execute({ a: "two" }, { signal })).rejects.toThrow();
    await expect(find(connected, "my_fail").execute({}, { signal })).rejects.toThrow("out of luck");
    expect(await find(connected, "my_picture_png").execute({}, { signal })).toBe("[image image/png]");
  });

  it("offers the tools of an HTTP server and sends it the configured headers", async () => {
    const { url, authorizations } = await serveHttp();
    const connected = await connect({ web: { url, headers: { authorization: "Bearer test" }, tools: ["add"] } });
    expect(connected.tools.map((tool) => tool.name)).toEqual(["web_add"]);
    expect(await find(connected, "web_add").execute({ a: 1, b: 1 }, { signal })).toBe("2");
    expect(new Set(authorizations)).toEqual(new Set(["Bearer test"]));
  });

  it("works without the servers that cannot be reached, and says which", async () => {
    const connected = await connect({
      "not-there": { command: "/no/such/program" },
      silent: { command: process.execPath, args: ["-e", "setInterval(() => {}, 1000)"], connectTimeoutMs: 300 },
      refused: { url: "http://127.0.0.1:1/mcp" },
      off: { ...program(), disabled: true },
      good: program(),
    });
    expect(connected.servers).toMatchObject([
      { name: "not-there", state: "failed", error: { message: expect.stringContaining("ENOENT") } },
      { name: "silent", state: "failed", error: { message: expect.stringContaining("300 ms") } },
      { name: "refused", state: "failed" },
      { name: "off", state: "disabled" },
      { name: "good", state: "connected" },
    ]);
    expect(connected.tools).toHaveLength(5);
  });

  it("lets a call be aborted, and goes on after a server died", async () => {
    const connected = await connect({ my: program() });
    const stop = new AbortController();
    const hanging = find(connected, "my_hang").execute({}, { signal: stop.signal });
    stop.abort(new Error("stop"));
    await expect(hanging).rejects.toThrow();
    await expect(find(connected, "my_exit").execute({}, { signal })).rejects.toThrow();
    expect(await find(connected, "my_add").execute({ a: 1, b: 2 }, { signal })).toBe("3");
  });

  it("[B20] closes within 5 s, even a program that will not go", async () => {
    const connected = await connect({ stubborn: program("stubborn"), good: program() });
    const add = find(connected, "good_add");
    const started = performance.now();
    await connected.close();
    await connected.close();
    expect(performance.now() - started).toBeLessThan(5000);
    await expect(add.execute({ a: 1, b: 2 }, { signal })).rejects.toThrow(/closed/u);
  });

  it("stops connecting when it is told to", async () => {
    const stop = new AbortController();
    const silent = { command: process.execPath, args: ["-e", "setInterval(() => {}, 1000)"] };
    const connecting = connectMcpTools({ silent }, { clock, signal: stop.signal });
    const reason = new Error("stop");
    stop.abort(reason);
    const started = performance.now();
    await expect(connecting).rejects.toBe(reason);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe("readMcpServers", () => {
  it("takes the form that other hosts use, and says what is wrong without quoting it", () => {
    const { servers, issues } = readMcpServers({
      files: { command: "npx", args: ["-y", "some-server"], env: { TOKEN: "secret" } },
      web: { type: "http", url: "https://mcp.example/mcp" },
      broken: { command: 7 },
      typo: { comand: "secret" },
      bad: { url: "mcp.example" },
    });
    expect(Object.keys(servers)).toEqual(["files", "web"]);
    expect([...new Set(issues.map((issue) => issue.path))]).toEqual([
      "mcp.servers.broken.command",
      "mcp.servers.typo.command",
      "mcp.servers.typo.comand",
      "mcp.servers.bad.url",
    ]);
    expect(JSON.stringify(issues)).not.toContain("secret");
  });
});
