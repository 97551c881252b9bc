import { simulateReadableStream } from "ai";
import type { LanguageModel } from "ai";
import { MockLanguageModelV3 } from "ai/test";

type Part = Awaited<ReturnType<MockLanguageModelV3["doStream"]>>["stream"] extends ReadableStream<infer P> ? P : never;

const finish = (unified: "stop" | "tool-calls"): Part => ({
  type: "finish",
  finishReason: { unified, raw: undefined },
  usage: {
    inputTokens: { total: 12, noCache: 12, cacheRead: undefined, cacheWrite: undefined },
    outputTokens: { total: 34, text: 34, reasoning: undefined },
  },
});

/**
 * A model that thinks, calls the `weather` tool, then says `answer` word by word: what a real one streams, without a network.
 * Without `tools` it says its answer at once.
 */
export function createFakeModel(answer: string, { tools = true }: { readonly tools?: boolean } = {}): LanguageModel {
  const first: Part[] = [
    { type: "stream-start", warnings: [] },
    { type: "reasoning-start", id: "r" },
    { type: "reasoning-delta", id: "r", delta: "They want the weather." },
    { type: "reasoning-end", id: "r" },
    { type: "tool-call", toolCallId: "call-1", toolName: "weather", input: '{"city":"Paris"}' },
    finish("tool-calls"),
  ];
  const second: Part[] = [
    { type: "stream-start", warnings: [] },
    { type: "text-start", id: "t" },
    ...answer.split(/(?<= )/u).map((delta): Part => ({ type: "text-delta", id: "t", delta })),
    { type: "text-end", id: "t" },
    finish("stop"),
  ];
  let calls = 0;
  return new MockLanguageModelV3({
    doStream: async () => ({
      stream: simulateReadableStream({ chunkDelayInMs: 5, chunks: tools && calls++ % 2 === 0 ? first : second }),
    }),
  });
}
