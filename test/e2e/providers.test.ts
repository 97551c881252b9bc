import { describe, expect, it } from "vitest";
import { createModel } from "../../src/llm/index.ts";
import type { ModelSettings } from "../../src/llm/index.ts";
import { createSystemClock } from "../../src/time/index.ts";
import { startE2e } from "../support/e2e.ts";
import type { Answer } from "../support/e2e.ts";
import { startLlmServer } from "../support/llm/llm-server.ts";
import { ANSWER } from "../support/llm/llm-streams.ts";
import { explainVisible } from "../support/visible-oracle.ts";

/** Asks a provider's server that behaves in one way, and gives what became of the card. */
async function askProvider(behaviour: string, settings: Omit<ModelSettings, "model" | "apiKey">): Promise<Answer> {
  const server = await startLlmServer();
  const model = createModel(
    { ...settings, model: "m", apiKey: "k", baseUrl: `${server.url}/${behaviour}${settings.baseUrl ?? ""}` },
    {
      clock: createSystemClock(),
      random: Math.random,
      retry: { maxRetries: 0 },
      timeouts: { idleMs: 400, progressMs: 800 },
    },
  );
  try {
    const e2e = await startE2e({ model });
    try {
      return await e2e.ask("说");
    } finally {
      await e2e.close();
    }
  } finally {
    await server.close();
  }
}

describe("from a provider's stream to a finished card", () => {
  it.each([
    [
      "[B13] Zhipu over the Anthropic protocol, which never sends message_stop",
      "no-closer",
      { provider: "zhipu-anthropic" },
    ],
    ["[B14] an OpenAI-compatible server that sends no [DONE]", "no-closer", { provider: "openai", baseUrl: "/v1" }],
    [
      "[B14] an OpenAI-compatible server that keeps the socket open",
      "terminal-then-silence",
      { provider: "deepseek", baseUrl: "/v1" },
    ],
    ["[B15] Gemini with STOP on every chunk", "stop-on-every-chunk", { provider: "gemini" }],
  ] as const)("%s: complete", async (_name, behaviour, settings) => {
    const { result, shown } = await askProvider(behaviour, settings);
    expect(result).toMatchObject({ end: "finished", text: ANSWER });
    expect(explainVisible(shown, ANSWER)).toEqual([]);
    expect(shown[0]?.streaming).toBe(false);
  });

  it.each([
    ["stall-in-mid-stream", "idle-timeout", "没有了动静"],
    ["comments-for-ever", "progress-timeout", "不再输出"],
    ["end-of-file-in-mid-answer", "truncated", "中途结束"],
    ["socket-reset", "connection-lost", "连接中断"],
    ["error-event-socket-open", "provider-error", "返回了错误"],
  ])("[B16] a server with %s: the text so far and the reason, in Chinese", async (behaviour, code, words) => {
    const { result, shown } = await askProvider(behaviour, { provider: "openai", baseUrl: "/v1" });
    expect(result).toMatchObject({ end: "failed", code, delivery: { outcome: "failed" } });
    expect(result.text).not.toBe("");
    expect(result.delivery.delivered).toBe(result.text.length);
    expect(explainVisible(shown, result.text)).toEqual([]);
    expect(shown[0]?.text).toContain(words);
    expect(shown[0]?.streaming).toBe(false);
  });

  it("[B16] a server that refuses before any text: a card that says why", async () => {
    const { result, shown } = await askProvider("json-instead-of-stream", { provider: "openai", baseUrl: "/v1" });
    expect(result).toMatchObject({ end: "failed", text: "" });
    expect(shown).toHaveLength(1);
    expect(shown[0]?.text).toMatch(/模型/u);
    expect(shown[0]?.streaming).toBe(false);
  });
});
