import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { startWebhookServer } from "../../../extensions/feishu/openclaw/account/webhook-server.ts";

let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
});

async function start(handle: (request: Request) => Promise<Response>): Promise<number> {
  const server = await startWebhookServer({ host: "127.0.0.1", port: 0, path: "/feishu/events", handle });
  close = () => server.close();
  return server.port;
}

/** Sends the head of a request and a part of its body, and never the rest; gives the answer when the server hangs up. */
function sendHalf(port: number, path: string, head = ""): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    socket.on("data", (data) => (answer += String(data)));
    socket.on("close", () => resolve(answer));
    socket.on("error", () => {});
    socket.write(`POST ${path} HTTP/1.1\r\nhost: example.com\r\ncontent-length: 1000\r\n${head}\r\n{"half`);
  });
}

describe("[E10] the webhook server", () => {
  it("hangs up at once on a request to another path that does not end", async () => {
    const port = await start(async () => Response.json({}));
    expect(await sendHalf(port, "/other")).toMatch(/^HTTP\/1\.1 404 /u);
  });

  it("hangs up on what is refused in the middle of its body", async () => {
    const port = await start(async () => new Response(null, { status: 413 }));
    expect(await sendHalf(port, "/feishu/events")).toMatch(/^HTTP\/1\.1 413 /u);
  });

  it("takes nothing from a web page", async () => {
    const port = await start(async () => Response.json({}));
    expect(await sendHalf(port, "/feishu/events", "origin: https://attacker.example\r\n")).toMatch(/^HTTP\/1\.1 403 /u);
  });
});
