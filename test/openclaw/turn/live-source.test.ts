import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { request } from "undici";
import { describe, expect, it } from "vitest";
import { LiveSource } from "../../../extensions/feishu/openclaw/turn/live-source.ts";

/** Answers with a stream of chat completions that says what the request's body says, a character at a time. */
async function withModel(work: (url: string) => Promise<void>): Promise<void> {
  const server = createServer((incoming, response) => {
    let body = "";
    incoming.on("data", (chunk: Buffer) => (body += chunk.toString()));
    incoming.on("end", () => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      for (const content of body)
        response.write(`data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\r\n\r\n`);
      response.end("data: [DONE]\n\n");
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function call(url: string, body: string): Promise<void> {
  const answer = await request(`${url}/v1/chat/completions`, { method: "POST", body });
  await answer.body.text();
}

function listen(): { text: string; calls: number; turn: Parameters<LiveSource["run"]>[0] } {
  const heard = {
    text: "",
    calls: 0,
    turn: {
      onCall: () => void heard.calls++,
      onText: (delta: string) => void (heard.text += delta),
      onFinish: () => {},
      onToolCall: () => {},
    },
  };
  return heard;
}

describe("the live source", () => {
  it("tells each of two turns at once its own model's text, and nobody anything else", async () => {
    await withModel(async (url) => {
      const source = new LiveSource();
      const [one, two] = [listen(), listen()];
      await Promise.all([
        source.run(one.turn, () => call(url, "eins 一 🎉")),
        source.run(two.turn, () => call(url, "zwei")),
        call(url, "nobody's"),
      ]);
      expect([one.text, two.text]).toEqual(["eins 一 🎉", "zwei"]);
      expect([one.calls, two.calls]).toEqual([1, 1]);
      await call(url, "later");
      expect(one.text + two.text).not.toContain("later");
    });
  });

  it("keeps to the turn also on a connection that another turn opened", async () => {
    await withModel(async (url) => {
      const source = new LiveSource();
      const [one, two] = [listen(), listen()];
      await source.run(one.turn, () => call(url, "first"));
      await source.run(two.turn, () => call(url, "second"));
      expect([one.text, two.text]).toEqual(["first", "second"]);
    });
  });

  it("looks at nothing but model calls", async () => {
    await withModel(async (url) => {
      const heard = listen();
      await new LiveSource().run(heard.turn, async () => {
        const answer = await request(`${url}/other`, { method: "POST", body: "x" });
        await answer.body.text();
      });
      expect(heard.calls).toBe(0);
    });
  });
});
