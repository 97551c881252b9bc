import { serve } from "@hono/node-server";
import OpenAI from "openai";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startEmulator } from "../../src/emulator/index.ts";
import type { Emulator } from "../../src/emulator/index.ts";
import { createApprovalBot } from "./approvals.ts";
import { createOpenAiBot } from "./openai-sdk.ts";
import { createFetchBot } from "./plain-fetch.ts";
import { createRoute } from "./route-handler.ts";

let emulator: Emulator;
const open: (() => unknown)[] = [];

beforeEach(async () => {
  emulator = await startEmulator({ port: 0 });
});
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
  await emulator.close();
});

const app = () => ({
  appId: emulator.app.appId,
  appSecret: emulator.app.appSecret,
  domain: emulator.apiUrl,
});

/** Serves on a free port of this machine. */
async function listen(fetch: (request: Request) => Response | Promise<Response>): Promise<string> {
  const server = serve({ fetch, hostname: "127.0.0.1", port: 0 });
  open.push(() => server.close());
  await new Promise<void>((resolve) => server.once("listening", resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
}

/** A server that says these words by OpenAI's protocol. */
const says =
  (...words: string[]) =>
  (): Response => {
    const chunk = (content: string, finish_reason: string | null = null) =>
      `data: ${JSON.stringify({ id: "1", object: "chat.completion.chunk", choices: [{ index: 0, delta: { content }, finish_reason }] })}\n\n`;
    const body = `${words.map((word) => chunk(word)).join("")}${chunk("", "stop")}data: [DONE]\n\n`;
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  };

test("the OpenAI SDK's stream becomes a card", async () => {
  const baseURL = await listen(says("Hello ", "**from** ", "OpenAI"));
  const bot = createOpenAiBot(app(), new OpenAI({ baseURL, apiKey: "k" }), "m");
  open.push(() => bot.stop());
  await bot.start();
  emulator.say("hi");
  expect((await emulator.answers())[0]).toMatchObject({ kind: "card", text: "Hello **from** OpenAI" });
});

test("a provider's answer becomes a card by fetch alone; one that refuses is said so", async () => {
  let refuses = false;
  const url = await listen(() =>
    refuses
      ? Response.json({ error: { message: "no", type: "invalid_request_error" } }, { status: 401 })
      : says("plain")(),
  );
  const bot = createFetchBot({ ...app(), onError: () => {} }, url, "k", "m");
  open.push(() => bot.stop());
  await bot.start();
  emulator.say("hi");
  expect((await emulator.answers())[0]?.text).toBe("plain");
  refuses = true;
  emulator.say("again");
  expect((await emulator.answers())[0]?.text).toContain("⚠️");
});

test("a route takes Feishu's requests and keeps the platform awake until the answer is there", async () => {
  const after: Promise<unknown>[] = [];
  const secrets = { encryptKey: "key" };
  const { POST } = createRoute({ ...app(), webhook: secrets }, (work) => void after.push(work));
  const url = await listen(POST);
  emulator.app.webhook = { url, ...secrets };
  emulator.say("by route");
  expect((await emulator.answers())[0]?.text).toBe("You said: by route");
  await Promise.all(after);
  expect(after.length).toBeGreaterThan(0);
});

test("an agent asks before it acts, and goes on with what came of it", async () => {
  const done: string[] = [];
  const bot = createApprovalBot(app(), async function* (question) {
    yield { say: `About ${question}: ` };
    const outcome = yield { ask: "Delete the file?", run: async () => (done.push("deleted"), "deleted") };
    yield { say: `It is ${outcome}.` };
  });
  open.push(() => bot.stop());
  await bot.start();
  const ask = async (label: string): Promise<string | undefined> => {
    emulator.say("the file");
    const [card] = await emulator.answers();
    expect(card?.labels).toEqual(["Allow", "Refuse"]);
    const elementId = `after${card?.labels.indexOf(label)}`;
    await emulator.clickAs({ messageId: card?.messageId ?? "", elementId });
    await bot.idle();
    return emulator.visibleTexts(emulator.directChatId()).at(-1)?.text;
  };
  expect(await ask("Refuse")).toBe("It is the person said no.");
  expect(done).toEqual([]);
  expect(await ask("Allow")).toBe("It is deleted.");
  expect(done).toEqual(["deleted"]);
});
