import { describe, expect, it } from "vitest";
import { fromBody } from "../../src/feed/index.ts";
import type { FeedPart } from "../../src/feed/index.ts";
import { collect, inChunks, toSse } from "../support/llm/feed.ts";

const chat = (delta: object, finish_reason: string | null = null): object => ({
  id: "c",
  choices: [{ index: 0, delta, finish_reason }],
});

const STREAMS: Readonly<Record<string, { events: readonly unknown[]; ends: number }>> = {
  "openai-chat": {
    events: [
      chat({ role: "assistant", content: "" }),
      chat({ reasoning_content: "想" }),
      chat({ content: "你好，" }),
      chat({ content: "wörld 🌍" }),
      chat({}, "stop"),
      { choices: [], usage: { total_tokens: 3 } },
      "[DONE]",
    ],
    ends: 2,
  },
  "openai-responses": {
    events: [
      { type: "response.created", response: {} },
      { type: "response.reasoning_summary_text.delta", delta: "想" },
      { type: "response.output_text.delta", delta: "你好，" },
      { type: "response.output_text.delta", delta: "wörld 🌍" },
      { type: "response.completed", response: {} },
    ],
    ends: 1,
  },
  anthropic: {
    events: [
      { type: "message_start", message: {} },
      { type: "ping" },
      { type: "content_block_start", index: 0, content_block: { type: "thinking", thinking: "" } },
      { type: "content_block_delta", index: 0, delta: { type: "thinking_delta", thinking: "想" } },
      { type: "content_block_start", index: 1, content_block: { type: "text", text: "" } },
      { type: "content_block_delta", index: 1, delta: { type: "text_delta", text: "你好，" } },
      { type: "content_block_delta", index: 1, delta: { type: "text_delta", text: "wörld 🌍" } },
      { type: "message_delta", delta: { stop_reason: "end_turn" } },
      { type: "message_stop" },
    ],
    ends: 1,
  },
  gemini: {
    events: [
      { candidates: [{ content: { parts: [{ text: "想", thought: true }] } }] },
      { candidates: [{ content: { parts: [{ text: "你好，" }] }, finishReason: "STOP" }] },
      { candidates: [{ content: { parts: [{ text: "wörld 🌍" }] }, finishReason: "STOP" }] },
    ],
    ends: 2,
  },
};

const text = (parts: readonly FeedPart[], type: "text" | "reasoning"): string =>
  parts.map((part) => (part.type === type ? part.text : "")).join("");

const fromSse = (source: AsyncIterable<Uint8Array>): AsyncGenerator<FeedPart> => fromBody(source, { hint: "sse" });

describe("fromBody", () => {
  it.each(Object.entries(STREAMS))("reads %s, however its bytes are cut", async (_, { events }) => {
    const bytes = toSse(events);
    for (const size of [1, 2, 3, 7, 64, bytes.length]) {
      const parts = await collect(fromSse(inChunks(bytes, size)));
      expect(text(parts, "text")).toBe("你好，wörld 🌍");
      expect(text(parts, "reasoning")).toBe("想");
      expect(parts.filter(({ type }) => type === "end")).toHaveLength(1);
      expect(parts.at(-1)).toMatchObject({ type: "end" });
    }
  });

  it.each(Object.entries(STREAMS))("says that %s broke off, after giving all text", async (name, { events }) => {
    const last = events.findLastIndex((event) => JSON.stringify(event).includes("wörld"));
    const cut = events
      .slice(0, last + 1)
      .map((event) => JSON.parse(JSON.stringify(event).replaceAll('"STOP"', "null")));
    const seen: FeedPart[] = [];
    const reading = (async () => {
      for await (const part of fromSse(inChunks(toSse(cut), 5))) seen.push(part);
    })();
    await expect(reading, name).rejects.toMatchObject({ name: "FeedError", code: "truncated" });
    expect(text(seen, "text")).toBe("你好，wörld 🌍");
  });

  it("says when a limit or a filter cut the answer short", async () => {
    const length = await collect(fromSse(inChunks(toSse([chat({ content: "a" }, "length"), "[DONE]"]), 9)));
    expect(length.at(-1)).toEqual({ type: "end", why: "length" });
    const blocked = await collect(fromSse(inChunks(toSse([{ promptFeedback: { blockReason: "SAFETY" } }]), 9)));
    expect(blocked).toEqual([{ type: "end", why: "content-filter" }]);
  });

  it("reads the tools that a model calls", async () => {
    const call = { index: 0, id: "call_1", function: { name: "weather", arguments: "{" } };
    const parts = await collect(
      fromSse(inChunks(toSse([chat({ tool_calls: [call] }), chat({}, "tool_calls"), "[DONE]"]), 11)),
    );
    expect(
      parts.map((part) => (part.type === "tool" ? `${part.update.name} ${part.update.state}` : part.type)),
    ).toEqual(["weather running", "weather done", "end"]);
  });

  it("[E10] reads on no longer when tools are given text without end, and keeps what was said", async () => {
    const call = { index: 0, id: "call_1", function: { name: "write", arguments: '"'.padEnd(100_000, "x") } };
    let sent = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield toSse([chat({ content: "answer" })]);
      for (; sent < 200; sent++) yield toSse([chat({ tool_calls: [call] })]);
    }
    const seen: FeedPart[] = [];
    const reading = (async () => {
      for await (const part of fromSse(endless())) seen.push(part);
    })();
    await expect(reading).rejects.toMatchObject({ name: "FeedError", code: "too-long" });
    expect([text(seen, "text"), sent < 60]).toEqual(["answer", true]);
  });

  it.each([
    [{ code: "sk-abcdefghijklmnop1234", type: "invalid_api_key" }, "invalid_api_key"],
    [{ code: "sk-abcdefghijklmnop1234" }, undefined],
    [{ type: "ghp_abcdefghijklmnopqrstuvwxyz0123456789", code: 1301 }, "1301"],
    [{ type: "sketchy_error_of_a_provider_that_is_long" }, "sketchy_error_of_a_provider_that_is_long"],
  ])("[E10] names no error by what looks like a key: %j", async (error, reason) => {
    const reading = collect(fromSse(inChunks(toSse([{ error: { message: "no", ...error } }]), 9)));
    await expect(reading).rejects.toMatchObject({ code: "provider-error", reason });
  });

  it("throws for an error event, for foreign events and for bytes that are not UTF-8", async () => {
    const fails = async (bytes: Uint8Array): Promise<string> =>
      collect(fromSse(inChunks(bytes, 16))).then(
        () => "no error",
        (error: { code: string }) => error.code,
      );
    expect(await fails(toSse([chat({ content: "a" }), { error: { message: "overloaded" } }]))).toBe("provider-error");
    expect(await fails(toSse([{ type: "error", error: { message: "overloaded" } }]))).toBe("provider-error");
    expect(await fails(toSse([{ hello: 1 }]))).toBe("bad-input");
    expect(await fails(Uint8Array.of(0xff, 0xfe, 0x00))).toBe("bad-input");
  });
});
