import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { startEmulator } from "../../src/emulator/index.ts";
import type { Emulator } from "../../src/emulator/index.ts";
import { installLocked } from "../../test/support/process/locked-install.ts";
import { beginStream, chatChunk, startModelServer } from "../../test/support/llm/sse-model-server.ts";

let emulator: Emulator;
const open: (() => unknown)[] = [];

beforeAll(
  () =>
    installLocked({ dir: import.meta.dirname, name: "@mastra/core", size: "230 MB with LangGraph, about a minute" }),
  600_000,
);
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

/** A model that calls a tool, and says `answer` word by word when it has the tool's result. @returns the server's address */
async function startModel(tool: { name: string; input: object }, answer: (result: string) => string): Promise<string> {
  const server = await startModelServer(({ messages }, response) => {
    const last = (messages as { role: string; content: unknown }[]).at(-1);
    // What is kept by its id, such as a graph's messages, needs a new one for each answer.
    const id = `answer_${server.requests.length}`;
    const say = (delta: object, end?: string): void =>
      chatChunk(response, { role: "assistant", ...delta }, end ?? null, id);
    beginStream(response);
    if (last?.role === "tool") {
      for (const content of answer(String(last.content)).split(/(?<= )/u)) say({ content });
      say({}, "stop");
    } else {
      const call = { name: tool.name, arguments: JSON.stringify(tool.input) };
      say({ tool_calls: [{ index: 0, id: `call_${id}`, type: "function", function: call }] });
      say({}, "tool_calls");
    }
    response.end("data: [DONE]\n\n");
  });
  open.push(() => server.close());
  return server.baseUrl;
}

test("the types fit those of the packages", () => {
  const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
  let errors = "";
  try {
    execFileSync(process.execPath, [tsc, "-p", import.meta.dirname, "--noEmit"], { encoding: "utf8" });
  } catch (error) {
    errors = (error as { stdout: string }).stdout;
  }
  expect(errors).toBe("");
});

test("a Mastra agent's text and tool become a card", async () => {
  const { createMastraBot } = await import("./mastra.ts");
  const url = await startModel({ name: "weather", input: { city: "Paris" } }, (result) => `It is **${result}**.`);
  const bot = createMastraBot(app(), { id: "local/m", url, apiKey: "k" });
  open.push(() => bot.stop());
  await bot.start();
  emulator.say("How is the weather in Paris?");
  const [card] = await emulator.answers();
  expect(card?.kind).toBe("card");
  expect(card?.text).toContain("It is **sunny in Paris, 21 °C**.");
  expect(card?.text).toContain("✅ **weather**");
});

test("a LangGraph agent asks before it acts, and goes on where it stopped when the person decides", async () => {
  const [{ createLangGraphBot }, { ChatOpenAI }] = await Promise.all([
    import("./langgraph.ts"),
    import("@langchain/openai"),
  ]);
  const baseURL = await startModel({ name: "delete_file", input: { path: "/tmp/a" } }, (result) => `It is ${result}.`);
  const deleted: string[] = [];
  const model = new ChatOpenAI({ model: "m", apiKey: "k", configuration: { baseURL } });
  const bot = createLangGraphBot(app(), model, async (path) => void deleted.push(path));
  open.push(() => bot.stop());
  await bot.start();
  const decide = async (label: string): Promise<string | undefined> => {
    emulator.say("Clean up");
    const [card] = await emulator.answers();
    expect(card?.text.trim()).toBe("**Delete /tmp/a?**");
    expect(card?.labels).toEqual(["Allow", "Refuse"]);
    const elementId = `after${card?.labels.indexOf(label)}`;
    await emulator.clickAs({ messageId: card?.messageId ?? "", elementId });
    await bot.idle();
    return emulator.visibleTexts(emulator.directChatId()).at(-1)?.text;
  };
  expect(await decide("Refuse")).toBe("It is the person said no.");
  expect(deleted).toEqual([]);
  expect(await decide("Allow")).toBe("It is deleted.");
  expect(deleted).toEqual(["/tmp/a"]);
});
