import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEmulator } from "../../../src/emulator/index.ts";
import type { Emulator } from "../../../src/emulator/index.ts";

/** A proxy that opens tunnels and counts everything it is asked. */
async function startProxy(): Promise<{ url: string; asked: string[]; server: Server }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(502).end();
  });
  server.on("connect", (request, socket, head) => {
    asked.push(`CONNECT ${request.url} ${request.headers["proxy-authorization"] ?? ""}`.trim());
    const [host = "", port] = (request.url ?? "").split(":");
    const target = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      target.write(head);
      target.pipe(socket).pipe(target);
    });
    for (const end of [target, socket]) end.on("error", () => target.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, server };
}

describe("proxies", () => {
  let emulator: Emulator;
  let proxy: Awaited<ReturnType<typeof startProxy>>;
  beforeAll(async () => {
    emulator = await startEmulator({ port: 0 });
    proxy = await startProxy();
  });
  afterAll(async () => {
    proxy.server.closeAllConnections();
    proxy.server.close();
    await emulator.close();
  });

  /** Runs the child with every proxy variable set. */
  async function run(args: string[] = [], script?: string): Promise<string> {
    const { app, apiUrl } = emulator;
    const variables = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];
    const env = {
      ...process.env,
      NODE_USE_ENV_PROXY: "1",
      NO_PROXY: "",
      no_proxy: "",
      ...Object.fromEntries(variables.map((name) => [name, proxy.url])),
    };
    const child = [join(import.meta.dirname, "proxy-child.ts"), apiUrl, app.appId, app.appSecret, ...args];
    const { stdout } = await promisify(execFile)(process.execPath, script === undefined ? child : ["-e", script], {
      env,
    });
    return stdout;
  }

  it("[B17][B22] of the system are used neither for calls nor for the long connection", async () => {
    expect(await run()).toBe("ok");
    expect(proxy.asked).toEqual([]);
    // The variables do work: the process's own fetch takes them.
    await run([], `fetch(${JSON.stringify(emulator.apiUrl)}).catch(() => {})`);
    expect(proxy.asked.splice(0)).not.toEqual([]);
  });

  it("[B17] that are configured carry both, with their password", async () => {
    const withPassword = proxy.url.replace("//", "//me:secret@");
    expect(await run([withPassword])).toBe("ok");
    const { host } = new URL(emulator.apiUrl);
    const credentials = `Basic ${Buffer.from("me:secret").toString("base64")}`;
    expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT ${host} ${credentials}`]));
    // One tunnel for the calls, one for the WebSocket.
    expect(proxy.asked.length).toBeGreaterThanOrEqual(2);
  });
});
