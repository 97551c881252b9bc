import { once } from "node:events";
import { createServer } from "node:http";
import { createSecureServer } from "node:http2";
import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createOwnFetch } from "../../../extensions/feishu/client/fetch.ts";
import { createFeishuClient } from "../../../extensions/feishu/client/index.ts";
import type { FeishuClient } from "../../../extensions/feishu/client/index.ts";
import { listChatsFeishu, uploadImageFeishu } from "../../../extensions/feishu/send.ts";
import { createCertificate } from "../../../src/emulator/api/tls.ts";
import { silentLogger } from "../../../src/log/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { rejection } from "../recording-fetch.ts";

describe("the client's own connections", () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    servers.push(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** A client of a server that hands out tokens and leaves the rest to `listener`. */
  async function clientOf(listener: RequestListener): Promise<{ client: FeishuClient; clock: FakeClock }> {
    const domain = await serve((request, response) => {
      if (request.url?.includes("tenant_access_token"))
        response.end('{"code":0,"tenant_access_token":"t-1","expire":7200}');
      else listener(request, response);
    });
    const clock = new FakeClock();
    const client = createFeishuClient({
      account: { appId: "cli_1", appSecret: "s", domain },
      clock,
      logger: silentLogger,
      random: () => 0.5,
      timeoutMs: 60_000,
    });
    return { client, clock };
  }

  it("carry uploads whole", async () => {
    let size = 0;
    const { client } = await clientOf((request, response) => {
      request.on("data", (chunk: Buffer) => (size += chunk.length));
      request.on("end", () => response.end('{"code":0,"data":{"image_key":"img_1"}}'));
    });
    expect(await uploadImageFeishu(client, { data: Buffer.alloc(3_000_000, 1) })).toEqual({ imageKey: "img_1" });
    expect(size).toBeGreaterThan(3_000_000);
    await client.close();
  });

  it("speak HTTP/1.1 with a server that would rather speak HTTP/2", async () => {
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    const server = createSecureServer(
      { ...(await createCertificate("127.0.0.1")), allowHTTP1: true },
      (request, response) => void response.end(request.httpVersion),
    );
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const own = createOwnFetch();
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const signal = AbortSignal.timeout(10_000);
    const answer = await own.fetch(url, { method: "GET", headers: {}, signal, redirect: "manual" });
    expect(Buffer.from(await answer.arrayBuffer()).toString()).toBe("1.1");
    await own.close();
    server.close();
    vi.unstubAllEnvs();
  });

  it("do not follow a redirect, which would carry the token elsewhere", async () => {
    let elsewhere = 0;
    const other = await serve((_request, response) => {
      elsewhere++;
      response.end('{"code":0,"data":{}}');
    });
    const { client } = await clientOf((_request, response) =>
      response.writeHead(307, { location: `${other}/open-apis/im/v1/chats` }).end(),
    );
    expect(await rejection(listChatsFeishu(client))).toMatchObject({ code: "bad-body", httpStatus: 307 });
    expect(elsewhere).toBe(0);
    await client.close();
  });

  it("that are refused sent nothing; that break after the request may have", async () => {
    const { client } = await clientOf((request) => request.socket.destroy());
    expect(await rejection(listChatsFeishu(client))).toMatchObject({ code: "network", maybeApplied: true });
    servers[0]?.closeAllConnections();
    servers[0]?.close();
    expect(await rejection(listChatsFeishu(client))).toMatchObject({ code: "network", maybeApplied: false });
    await client.close();
  });

  it("[B18][B20] are cut off 5 s after closing began, however the server hangs", async () => {
    const arrived = Promise.withResolvers<void>();
    const cut = Promise.withResolvers<void>();
    const { client, clock } = await clientOf((request, response) => {
      request.socket.on("close", () => cut.resolve());
      // Headers and half a body, then silence.
      response.writeHead(200, { "content-type": "application/json" }).write('{"code":');
      arrived.resolve();
    });
    const call = rejection(listChatsFeishu(client));
    await arrived.promise;
    const closed = client.close();
    await clock.advance(5_000);
    await closed;
    await cut.promise;
    expect(clock.now()).toBe(5_000);
    expect(await call).toMatchObject({ name: "FeishuTransportError", code: "network", maybeApplied: true });
  });
});
