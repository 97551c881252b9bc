import { simulateReadableStream, streamText } from "ai";
import { MockLanguageModelV3 } from "ai/test";
import { describe, expect, it } from "vitest";
import { feedReply, readSource } from "../../src/feed/index.ts";
import type { TextSource } from "../../src/feed/index.ts";
import { MemoryReply } from "../support/memory-reply.ts";
import { toSse } from "../support/llm/feed.ts";

async function* saying(...texts: string[]): AsyncGenerator<string> {
  yield* texts;
}

async function* giving(...items: readonly object[] | readonly (object | string)[]): AsyncGenerator<object | string> {
  yield* items;
}

async function feed(source: TextSource): Promise<{ reply: MemoryReply; error: Error | undefined }> {
  const reply = new MemoryReply();
  const { error } = await feedReply(reply, readSource(source));
  return { reply, error };
}

describe("feedReply", () => {
  it("[C10] reads an async iterable of strings and finalizes", async () => {
    const { reply, error } = await feed(saying("a", "b", "", "c"));
    expect([reply.text, reply.end?.by, error, reply.lateEnds]).toEqual(["abc", "finalize", undefined, 0]);
  });

  it.each([
    [
      "OpenAI",
      [
        { choices: [{ index: 0, delta: { content: "hi" }, finish_reason: null }] },
        { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] },
      ],
    ],
    [
      "OpenAI responses",
      [
        { type: "response.created", response: {} },
        { type: "response.output_text.delta", delta: "hi" },
        {
          type: "response.completed",
          response: {
            status: "completed",
            output: [{ type: "message", content: [{ type: "output_text", text: "hi" }] }],
          },
        },
      ],
    ],
    [
      "Anthropic",
      [
        { type: "message_start", message: { content: [] } },
        { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "hi" } },
        { type: "message_delta", delta: { stop_reason: "end_turn" } },
        { type: "message_stop" },
      ],
    ],
    ["Gemini", [{ candidates: [{ content: { parts: [{ text: "hi" }] }, finishReason: "STOP" }] }]],
    [
      "Ollama",
      [
        { model: "m", message: { content: "hi" }, done: false },
        { model: "m", message: { content: "" }, done: true, done_reason: "stop" },
      ],
    ],
    [
      "AI SDK",
      [
        { type: "start" },
        { type: "text-start", id: "0" },
        { type: "text-delta", id: "0", text: "hi" },
        { type: "finish", finishReason: "stop" },
      ],
    ],
    ["bytes", [new TextEncoder().encode("hi").slice(0, 1), new TextEncoder().encode("hi").slice(1)]],
  ] as const)("[C10][E6] reads what a provider's own SDK gives: %s", async (_name, items) => {
    const { reply, error } = await feed(giving(...items));
    expect([reply.text, reply.end?.by, error]).toEqual(["hi", "finalize", undefined]);
  });

  it("[E6] sets apart what the AI SDK says behind a provider's own tool, and tells thoughts that come twice once", async () => {
    const text = (id: string, words: string) => [
      { type: "text-start", id },
      { type: "text-delta", id, text: words },
      { type: "text-end", id },
    ];
    const call = { toolCallId: "t", toolName: "web_search", providerExecuted: true };
    const { reply } = await feed(
      giving(
        { type: "start-step" },
        { type: "reasoning-delta", id: "r", text: "Hm." },
        ...text("0", "<think>Hm.</think>I will search."),
        { type: "tool-call", ...call, input: {} },
        { type: "tool-result", ...call, output: [] },
        ...text("1", "It is so, "),
        ...text("2", "and that is that."),
        { type: "text", text: " Yes." },
        { type: "finish", finishReason: "stop" },
      ),
    );
    expect(reply.text).toBe("I will search.\n\nIt is so, and that is that. Yes.");
    expect(reply.thinking).toBe("Hm.");
  });

  it("[E6] takes the events of an SDK that break off, or are cut short, for no whole answer", async () => {
    const half = { choices: [{ index: 0, delta: { content: "half" }, finish_reason: null }] };
    expect((await feed(giving(half))).reply.end).toEqual({ by: "fail", failure: { code: "truncated" } });
    const cut = { choices: [{ index: 0, delta: {}, finish_reason: "length" }] };
    expect((await feed(giving(half, cut))).reply.end?.by).toBe("fail");
    const mixed = await feed(giving(half, "text"));
    expect([mixed.reply.text, mixed.error?.message]).toEqual([
      "half",
      "the source gave something of type string where an event was expected",
    ]);
  });

  it("[C10] reads responses: server-sent events and plain text", async () => {
    const events = [{ choices: [{ delta: { content: "hi" }, finish_reason: "stop" }] }, "[DONE]"];
    const sse = new Response(toSse(events), {
      headers: { "content-type": "text/event-stream; charset=utf-8" },
    });
    expect((await feed(sse)).reply.text).toBe("hi");
    expect((await feed(new Response("plain 文字"))).reply.text).toBe("plain 文字");
    const refused = await feed(new Response("secret detail", { status: 500 }));
    expect([refused.reply.end, refused.error?.message]).toEqual([
      { by: "fail", failure: { code: "provider-error" } },
      "the provider answered with HTTP 500",
    ]);
  });

  it("reads fetch's response also where a server has put its own class in the global one's place", async () => {
    const real = globalThis.Response;
    const response = new real("plain");
    globalThis.Response = class extends real {};
    try {
      expect((await feed(response)).reply.text).toBe("plain");
    } finally {
      globalThis.Response = real;
    }
  });

  it("keeps the text and fails when the source throws, breaks off or gives something else", async () => {
    const broken = await feed(
      (async function* () {
        yield "so far";
        throw new Error("socket hang up");
      })(),
    );
    expect([broken.reply.text, broken.reply.end?.by, broken.error?.message]).toEqual([
      "so far",
      "fail",
      "socket hang up",
    ]);
    const cut = new Response(toSse([{ choices: [{ delta: { content: "so" } }] }]), {
      headers: { "content-type": "text/event-stream" },
    });
    expect((await feed(cut)).reply.end).toEqual({ by: "fail", failure: { code: "truncated" } });
    for (const none of [42, "text", null]) {
      const wrong = await feed(none as unknown as TextSource);
      expect([wrong.reply.end?.by, wrong.error?.name]).toEqual(["fail", "TypeError"]);
      expect(wrong.error?.message).toContain("source must be");
    }
    const numbers = await feed(
      (async function* () {
        yield 1 as unknown as string;
      })(),
    );
    expect([numbers.reply.end?.by, numbers.error?.name]).toEqual(["fail", "TypeError"]);
  });

  it("stops at the signal although the source never answers, and leaves the source", async () => {
    const controller = new AbortController();
    const reply = new MemoryReply();
    let left = false;
    const stuck: AsyncIterable<never> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<never>(() => {}),
        return: async () => {
          left = true;
          return { done: true as const, value: undefined };
        },
      }),
    };
    const fed = feedReply(reply, stuck, { signal: controller.signal });
    controller.abort(new Error("stop"));
    expect((await fed).error?.message).toBe("stop");
    expect([reply.end?.by, left]).toEqual(["abort", true]);
  });

  it("makes a fast source wait for what is visible", async () => {
    const reply = new MemoryReply();
    let resolve = (): void => {};
    let given = 0;
    reply.flush = () => new Promise((done) => (resolve = done));
    const fed = feedReply(
      reply,
      readSource(
        (async function* () {
          for (; given < 10; given++) yield "x".repeat(100);
        })(),
      ),
      { highWaterChars: 250 },
    );
    await new Promise(setImmediate);
    expect(reply.text.length).toBe(300);
    reply.flush = async () => {};
    resolve();
    await fed;
    expect([reply.text.length, reply.end?.by]).toEqual([1000, "finalize"]);
  });

  it("[C10] reads an AI SDK result with text, reasoning and its own promises settled", async () => {
    const model = new MockLanguageModelV3({
      doStream: async () => ({
        stream: simulateReadableStream({
          chunks: [
            { type: "stream-start", warnings: [] },
            { type: "reasoning-start", id: "r" },
            { type: "reasoning-delta", id: "r", delta: "hm" },
            { type: "reasoning-end", id: "r" },
            { type: "text-start", id: "1" },
            { type: "text-delta", id: "1", delta: "Hello " },
            { type: "text-delta", id: "1", delta: "world" },
            { type: "text-end", id: "1" },
            {
              type: "finish",
              finishReason: { unified: "stop", raw: "stop" },
              usage: {
                inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
                outputTokens: { total: 2, text: 2, reasoning: 0 },
              },
            },
          ],
        }),
      }),
    });
    const result = streamText({ model, prompt: "hi" });
    const { reply, error } = await feed(result);
    expect([reply.text, reply.thinking, reply.end?.by, error]).toEqual(["Hello world", "hm", "finalize", undefined]);
    expect(await result.text).toBe("Hello world");
  });

  it("reads a Mastra agent's stream, whose parts carry everything in a payload", async () => {
    const part = (type: string, payload: object = {}): object => ({ type, runId: "run", from: "AGENT", payload });
    const tool = { toolCallId: "call_1", toolName: "weather" };
    const finish = (reason: string): object => part("finish", { stepResult: { reason, isContinued: false } });
    const result = (...parts: readonly object[]): TextSource => ({
      fullStream: (async function* () {
        yield* [part("start", { id: "agent" }), part("step-start"), ...parts];
      })(),
    });
    const whole = await feed(
      result(
        part("reasoning-delta", { id: "r", text: "hm" }),
        part("text-delta", { id: "1", text: "Let me look." }),
        part("tool-call-input-streaming-start", tool),
        part("tool-call", { ...tool, args: {} }),
        part("tool-result", { ...tool, result: "sunny" }),
        part("step-finish", { stepResult: { reason: "tool-calls", isContinued: true } }),
        part("step-start"),
        part("text-delta", { id: "2", text: "Sunny." }),
        finish("stop"),
      ),
    );
    expect(whole.error).toBeUndefined();
    expect([whole.reply.text, whole.reply.thinking, whole.reply.end?.by]).toEqual([
      "Let me look.\n\nSunny.",
      "hm",
      "finalize",
    ]);
    expect(whole.reply.tools.map(({ name, state }) => `${name} ${state}`)).toEqual([
      "weather running",
      "weather running",
      "weather done",
    ]);
    const asks = await feed(result(part("tool-call", tool), part("tool-call-approval", tool)));
    expect([asks.error, asks.reply.end?.by]).toEqual([undefined, "finalize"]);
    const failed = await feed(result(part("tool-error", tool), part("error", { error: new Error("no") })));
    expect([failed.reply.tools[0]?.state, failed.error?.message]).toEqual(["failed", "no"]);
    expect((await feed(result(finish("length")))).reply.end).toMatchObject({ by: "fail", failure: { code: "length" } });
    expect((await feed(result(part("text-delta", { text: "so" })))).error).toMatchObject({ code: "truncated" });
  });
});
