import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { feedReply, FeedError, readSource } from "../../src/feed/index.ts";
import { createGuardedFetch, createModel, defineTool, LlmStreamError } from "../../src/llm/index.ts";
import type { ModelApi, StreamPart } from "../../src/llm/index.ts";
import { readWire } from "../../src/provider-wire/index.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { collect } from "../support/llm/feed.ts";
import { createGatewayBench } from "../support/gateway-bench.ts";
import { MemoryReply } from "../support/memory-reply.ts";
import { CUTS, hear, pieces, readStreamFiles } from "../support/llm/stream-files.ts";
import type { StreamCase } from "../support/llm/stream-files.ts";
import { createToolBench } from "../support/tool-bench.ts";

type How = (typeof CUTS)[number];

/** What every client can tell of a stream: its words, the names of its tools, and what kind of end it was. */
interface Told {
  readonly text: string;
  readonly reasoning: string | undefined;
  readonly tools: readonly string[];
  /** `good`, `length`, `filtered`, `paused`, `unknown`, `provider-error`, `truncated`. */
  readonly end: string;
}

const endOf = (ending: string): string =>
  ending === "complete" || ending === "tool" ? "good" : ending.replace(/^error /u, "");

/** What the file says that every client must tell. */
const wanted = (file: StreamCase): Told => ({
  text: file.text,
  reasoning: file.reasoning,
  tools: file.tools.map(({ name }) => name),
  end: endOf(file.ending),
});

const respond = (file: StreamCase, how: How): Response =>
  new Response(ReadableStream.from(pieces(file.bytes, how)), { headers: { "content-type": file.type } });

const PATHS: Readonly<Record<string, string>> = {
  "openai-responses": "/v1/responses",
  anthropic: "/v1/messages",
  gemini: "/v1beta/models/x:streamGenerateContent",
  ollama: "/api/chat",
};

/** What is no stream where one was asked for has a code of its own; JSON that says no comes with the complaint in it. */
const codeOf = ({ code, providerType, providerMessage }: LlmStreamError): string => {
  if (code !== "not-sse") return code;
  return (providerType ?? providerMessage) === undefined ? "bad-input" : "provider-error";
};

async function throughGuard(file: StreamCase, how: How): Promise<Told> {
  const clock = new FakeClock();
  const guard = createGuardedFetch({ clock, provider: "fake", fetch: async () => respond(file, how) });
  const path = PATHS[file.protocol] ?? "/v1/chat/completions";
  const chunks: Uint8Array[] = [];
  let broken: string | undefined;
  try {
    const response = await guard(`https://llm.example${path}`, { method: "POST", body: '{"stream":true}' });
    for await (const chunk of response.body ?? []) chunks.push(chunk);
  } catch (error) {
    if (!(error instanceof LlmStreamError)) throw error;
    broken = codeOf(error);
  }
  const bytes = Buffer.concat(chunks);
  const heard = hear(
    await collect(
      readWire(
        (async function* () {
          yield bytes;
        })(),
        { hint: "sse", thinkTags: file.thinkTags },
      ),
    ),
  );
  const { text, reasoning } = heard;
  return { text, reasoning, tools: heard.tools.map(({ name }) => name), end: broken ?? endOf(heard.ending) };
}

/** The tools that the streams call. */
const TOOLS = ["alpha", "beta"].map((name) =>
  defineTool({ name, description: "does nothing", input: z.looseObject({}), execute: () => "done" }),
);

const APIS: Readonly<Record<string, ModelApi>> = { anthropic: "anthropic-messages", gemini: "google-generative-ai" };
const REASONS: Readonly<Record<string, string>> = {
  stop: "good",
  "tool-calls": "good",
  length: "length",
  "content-filter": "filtered",
  paused: "paused",
  other: "unknown",
};

async function throughModel(file: StreamCase, how: How): Promise<Told> {
  const api = APIS[file.protocol] ?? "openai-completions";
  const model = createModel(
    {
      provider: "fake",
      api,
      baseUrl: "https://llm.example/v1",
      model: "fake",
      apiKey: "k",
      thinkTags: file.thinkTags,
      maxOutputTokens: 100,
    },
    { clock: new FakeClock(), random: () => 0, retry: { maxRetries: 0 }, fetch: async () => respond(file, how) },
  );
  const parts: StreamPart[] = [];
  let end = "none";
  try {
    const messages = [{ role: "user" as const, content: "hi" }];
    for await (const part of model.streamTurn({ messages, tools: TOOLS })) {
      parts.push(part);
      // The first answer is what is compared; a tool would be followed by another request.
      if (part.type !== "finish-step") continue;
      end = REASONS[part.finishReason] ?? "none";
      break;
    }
  } catch (error) {
    if (!(error instanceof LlmStreamError)) throw error;
    end = codeOf(error);
  }
  const joined = (type: "text-delta" | "reasoning-delta"): string =>
    parts.map((part) => (part.type === type ? part.text : "")).join("");
  const tools = parts.flatMap((part) => (part.type === "tool-input-start" ? [part.toolName] : []));
  return { text: joined("text-delta"), reasoning: joined("reasoning-delta"), tools, end };
}

/** The words of `FeedReply` and of a card's end for a kind of end. */
const WHY: Readonly<Record<string, string>> = {
  length: "length",
  "content-filter": "filtered",
  paused: "paused",
  "unknown-ending": "unknown",
  truncated: "truncated",
};

async function throughStreamTo(file: StreamCase, how: How): Promise<Told> {
  const reply = new MemoryReply();
  const { error } = await feedReply(reply, readSource(respond(file, how), { thinkTags: file.thinkTags }));
  if (error !== undefined && !(error instanceof FeedError)) throw error;
  const failed = reply.end?.by === "fail" ? reply.end.failure.code : undefined;
  expect(failed === undefined).toBe(error === undefined);
  const tools = [...new Map(reply.tools.map(({ id, name }) => [id, name])).values()];
  const end =
    failed === undefined ? "good" : error?.code === "provider-error" ? "provider-error" : (WHY[failed] ?? failed);
  return { text: reply.text, reasoning: reply.thinking, tools, end };
}

const FILES = readStreamFiles().map((file) => [file.name, file] as const);

describe("[E6] every stream in the library is the same to", () => {
  it.each(FILES)("the guard, the model and streamTo: %s", async (_, file) => {
    const want = wanted(file);
    for (const how of CUTS) {
      expect(await throughGuard(file, how), `guard, ${how}`).toEqual(want);
      expect(await throughModel(file, how), `model, ${how}`).toEqual(want);
      expect(await throughStreamTo(file, how), `streamTo, ${how}`).toEqual(want);
    }
  });
});

/** On a card thoughts and tools stand beside the text; here the words and the kind of end are compared. */
const onCard = (file: StreamCase): { text: string; good: boolean } => ({
  text: file.text.trim(),
  good: endOf(file.ending) === "good",
});
/** Code and signs are written anew for Feishu; those texts are compared above. */
const PLAIN = FILES.filter(([, { text }]) => !/[<>`*[\]_]/u.test(text) && !text.includes("\n"));

describe("[E6] every stream in the library is shown the same by", () => {
  const gateway = createGatewayBench();
  const tools = createToolBench();
  afterAll(async () => {
    await gateway.close();
    await tools.close();
  });

  // Unpacking takes real time, in which the bench's clock may run on until the stream is idle: packed, it is tried more than once.
  it.each(PLAIN)("the gateway's pipe: %s", { retry: 3 }, async (_, file) => {
    for (const how of file.transform === "gzip" ? CUTS.slice(0, 1) : CUTS) {
      const body = ReadableStream.from(pieces(file.bytes, how));
      const query = `chat_id=${gateway.chatId}&think_tags=${file.thinkTags ?? "auto"}`;
      const { status, body: said } = await gateway.ask("POST", `/gateway/feishu/pipe?${query}`, body, {
        "content-type": file.type.split(";")[0] ?? "",
      });
      const good = status === 200 && said.result.outcome === "finalized";
      expect({ text: (gateway.answers().at(-1) ?? "").trim(), good }, how).toEqual(onCard(file));
    }
  });

  // A call takes text: bytes that are packed or cut inside of a character are none.
  const texts = PLAIN.filter(([, { transform, ending }]) => transform !== "gzip" && !ending.startsWith("error"));
  it.each(texts)("the MCP tools: %s", async (_, file) => {
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(file.bytes);
    for (const size of [text.length, 7]) {
      const { data } = await tools.use("stream_card_open", { chat_id: tools.chatId, think_tags: file.thinkTags });
      const stream_id = String(data["stream_id"]);
      for (let at = 0; at < text.length; at += size)
        await tools.use("stream_card_append", { stream_id, text: text.slice(at, at + size), offset: at });
      const closed = await tools.use("stream_card_close", { stream_id });
      const good = closed.data["outcome"] === "finalized";
      expect({ text: (tools.answers().at(-1) ?? "").trim(), good }, String(size)).toEqual(onCard(file));
    }
  });
});
