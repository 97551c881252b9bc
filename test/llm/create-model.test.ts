import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { createCalculatorTool, createModel, defineTool, LlmStreamError } from "../../src/llm/index.ts";
import type { ChatModel, ModelApi, ModelDependencies, StreamPart, Tool, TurnRequest } from "../../src/llm/index.ts";
import { silentLogger } from "../../src/log/index.ts";
import { createSystemClock } from "../../src/time/index.ts";
import { startLlmServer } from "../support/llm/llm-server.ts";
import type { LlmServer } from "../support/llm/llm-server.ts";
import { ANSWER } from "../support/llm/llm-streams.ts";
import { recordToolStep, recordWords } from "../support/llm/llm-tool-streams.ts";
import type { ModelProtocol } from "../support/llm/llm-tool-streams.ts";

const APIS: readonly (readonly [ModelApi, ModelProtocol, string])[] = [
  ["openai-completions", "openai-chat", "/v1"],
  ["anthropic-messages", "anthropic", ""],
  ["google-generative-ai", "gemini", ""],
];

const timeouts = { headerMs: 3000, firstEventMs: 3000, idleMs: 3000, progressMs: 4000, graceMs: 400, chatGraceMs: 400 };

describe("createModel", () => {
  let server: LlmServer;
  const models: ChatModel[] = [];

  beforeEach(async () => {
    server = await startLlmServer();
  });
  afterEach(async () => {
    await Promise.all(models.splice(0).map((model) => model.close()));
    await server.close();
  });

  function open(api: ModelApi, path: string, more: Partial<ModelDependencies> = {}): ChatModel {
    const suffix = APIS.find(([name]) => name === api)?.[2] ?? "";
    const model = createModel(
      {
        provider: "fake",
        api,
        baseUrl: `${server.url}/${path}${suffix}`,
        model: "fake",
        apiKey: "test-key",
        maxOutputTokens: 500,
      },
      { clock: createSystemClock(), random: () => 0, timeouts, retry: { baseMs: 1 }, ...more },
    );
    models.push(model);
    return model;
  }

  async function collect(model: ChatModel, request: Partial<TurnRequest> = {}): Promise<StreamPart[]> {
    const parts: StreamPart[] = [];
    const messages = [{ role: "user" as const, content: "hi" }];
    for await (const part of model.streamTurn({ messages, ...request })) parts.push(part);
    return parts;
  }

  const textOf = (parts: readonly StreamPart[]): string =>
    parts.map((part) => (part.type === "text-delta" ? part.text : "")).join("");

  describe.each(APIS)("%s", (api, protocol) => {
    it("streams an answer and its usage", async () => {
      const parts = await collect(open(api, "complete"), { system: "Be brief." });
      expect(textOf(parts)).toBe(ANSWER);
      expect(parts[0]).toEqual({ type: "start-step", step: 0 });
      expect(parts.at(-2)).toMatchObject({ type: "finish-step", finishReason: "stop" });
      expect(parts.at(-1)).toMatchObject({ type: "finish", finishReason: "stop", usage: { outputTokens: 7 } });
      expect(JSON.stringify(server.requests[0]?.body)).toContain("Be brief.");
      expect(JSON.stringify(server.requests[0]?.headers)).toContain("test-key");
    });

    it("thinks, calls a tool, hands its result back and answers", async () => {
      server.replies.push(
        {
          events: recordToolStep(protocol, { reasoning: "Hm. ", toolName: "calculator", input: { expression: "6*7" } }),
        },
        { events: recordWords(protocol, "It is ", "42.") },
      );
      const parts = await collect(open(api, "scripted"), { tools: [createCalculatorTool()] });
      expect(parts.find((part) => part.type === "reasoning-delta")).toEqual({ type: "reasoning-delta", text: "Hm. " });
      expect(
        parts
          .filter((part) => part.type === "tool-input-delta")
          .map((part) => part.delta)
          .join(""),
      ).toBe('{"expression":"6*7"}');
      const call = parts.find((part) => part.type === "tool-call");
      expect(call).toMatchObject({ toolName: "calculator", input: { expression: "6*7" } });
      expect(parts.find((part) => part.type === "tool-result")).toMatchObject({
        toolCallId: call?.toolCallId,
        output: { expression: "6*7", value: 42 },
      });
      expect(parts.filter((part) => part.type === "start-step").map((part) => part.step)).toEqual([0, 1]);
      expect(textOf(parts)).toBe("It is 42.");
      expect(parts.at(-1)).toMatchObject({ type: "finish", usage: { outputTokens: 10 } });
      expect(JSON.stringify(server.requests[1]?.body)).toMatch(/42/u);
    });

    it("[B13][B14][B15] ends on the terminal event while the socket stays open", async () => {
      const parts = await collect(open(api, "terminal-then-silence"));
      expect(textOf(parts)).toBe(ANSWER);
      expect(parts.at(-1)?.type).toBe("finish");
    });

    it("keeps what came and throws one typed error when the stream breaks", async () => {
      const seen: StreamPart[] = [];
      const turn = async (behaviour: string): Promise<void> => {
        for await (const part of open(api, behaviour).streamTurn({ messages: [{ role: "user", content: "hi" }] }))
          seen.push(part);
      };
      for (const [behaviour, code] of [
        ["end-of-file-in-mid-answer", "truncated"],
        ["socket-reset", "connection-lost"],
        ["error-event-socket-open", "provider-error"],
      ] as const) {
        seen.length = 0;
        await expect(turn(behaviour)).rejects.toMatchObject({ name: "LlmStreamError", code, provider: "fake" });
        expect(textOf(seen)).toBe("你好，world 👨‍👩‍👧‍👦 ");
        expect(seen.some((part) => part.type === "retry" || part.type === "finish")).toBe(false);
      }
    });

    it("throws the signal's reason and closes the connection when it is stopped", async () => {
      const stop = new AbortController();
      const reason = new Error("stopped by a person");
      const turn = async (): Promise<void> => {
        const request = { messages: [{ role: "user" as const, content: "hi" }], signal: stop.signal };
        for await (const part of open(api, "stall-in-mid-stream").streamTurn(request))
          if (part.type === "text-delta") stop.abort(reason);
      };
      await expect(turn()).rejects.toBe(reason);
      await server.requests[0]?.closed;
    });

    it("closes the connection when the reader leaves the loop", async () => {
      for await (const part of open(api, "empty-deltas-for-ever").streamTurn({
        messages: [{ role: "user", content: "hi" }],
      })) {
        if (part.type === "text-delta") break;
      }
      await server.requests[0]?.closed;
    });
  });

  it("says what an HTTP error means, once, without the key", async () => {
    const body = JSON.stringify({
      error: {
        message: "Incorrect API key provided: sk-abcdef***.",
        type: "invalid_request_error",
        code: "invalid_api_key",
      },
    });
    server.replies.push({ status: 401, body });
    const error = await collect(open("openai-completions", "scripted")).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LlmStreamError);
    expect(error).toMatchObject({ code: "provider-error", status: 401, providerType: "invalid_request_error" });
    expect((error as LlmStreamError).providerMessage).toContain("Incorrect API key");
    expect((error as LlmStreamError).providerMessage).not.toContain("sk-abc");
    expect(server.requests).toHaveLength(1);
  });

  it("makes a failed request again, says so, and gives up in the end", async () => {
    const busy = {
      status: 429,
      headers: { "retry-after": "0" },
      body: '{"error":{"type":"rate_limit_error","message":"slow down"}}',
    };
    server.replies.push(busy, { status: 503, body: "{}" }, { events: recordWords("openai-chat", "at last") });
    const parts = await collect(open("openai-completions", "scripted"));
    expect(parts.filter((part) => part.type === "retry")).toMatchObject([
      { attempt: 1, delayMs: 0, error: { status: 429 } },
      { attempt: 2, error: { status: 503 } },
    ]);
    expect(textOf(parts)).toBe("at last");
    expect(parts.filter((part) => part.type === "start-step")).toHaveLength(1);

    server.replies.push(busy, busy, busy, { events: recordWords("openai-chat", "too late") });
    await expect(collect(open("openai-completions", "scripted"))).rejects.toMatchObject({ status: 429 });
    expect(server.requests).toHaveLength(6);
  });

  it("does not make a request again that nobody will pay for", async () => {
    server.replies.push({ status: 429, body: '{"error":{"code":"insufficient_quota","message":"pay first"}}' });
    await expect(collect(open("openai-completions", "scripted"))).rejects.toMatchObject({
      providerType: "insufficient_quota",
    });
    expect(server.requests).toHaveLength(1);
  });

  it("tells the model when a tool fails, and lets no tool hang the turn", async () => {
    const broken: Tool = defineTool({
      name: "broken",
      description: "fails",
      input: z.object({}),
      execute: () => Promise.reject(new Error("no luck")),
    });
    const hanging: Tool = defineTool({
      name: "hanging",
      description: "hangs",
      input: z.object({}),
      execute: () => new Promise(() => {}),
    });
    for (const [tool, message] of [
      [broken, /no luck/u],
      [hanging, /within 50 ms/u],
    ] as const) {
      server.replies.push(
        { events: recordToolStep("openai-chat", { reasoning: "x", toolName: tool.name, input: {} }) },
        { events: recordWords("openai-chat", "sorry") },
      );
      const parts = await collect(open("openai-completions", "scripted", { toolTimeoutMs: 50 }), { tools: [tool] });
      expect(parts.find((part) => part.type === "tool-error")?.error.message).toMatch(message);
      expect(textOf(parts)).toBe("sorry");
    }
  });

  it("forbids tools in the last step, so that the turn ends in words", async () => {
    const events = recordToolStep("openai-chat", {
      reasoning: "x",
      toolName: "calculator",
      input: { expression: "1+1" },
    });
    server.replies.push({ events }, { events: recordWords("openai-chat", "two") });
    const parts = await collect(open("openai-completions", "scripted"), {
      tools: [createCalculatorTool()],
      maxSteps: 2,
    });
    expect(textOf(parts)).toBe("two");
    expect(server.requests.map((request) => (request.body as { tool_choice?: string }).tool_choice)).toEqual([
      "auto",
      "none",
    ]);
  });

  it("takes reasoning out of the answer of providers that write it between tags", async () => {
    server.replies.push({ events: recordWords("openai-chat", "<thi", "nk>let me see</think>", "Hello") });
    const model = createModel(
      { provider: "minimax", baseUrl: `${server.url}/scripted/v1`, model: "fake", apiKey: "test-key" },
      { clock: createSystemClock(), random: () => 0, timeouts },
    );
    models.push(model);
    const parts = await collect(model);
    expect(textOf(parts)).toBe("Hello");
    expect(parts.map((part) => (part.type === "reasoning-delta" ? part.text : "")).join("")).toBe("let me see");
  });

  it("[B19] takes the AI SDK's warnings to the log and not to the console", async () => {
    const lines: string[] = [];
    const log = (message: string): void => void lines.push(message);
    const warnings: string[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning.message);
    process.on("warning", onWarning);
    try {
      // A model that the AI SDK does not know, and no limit of tokens: it warns of the one that it assumes.
      const model = createModel(
        {
          provider: "fake",
          api: "anthropic-messages",
          baseUrl: `${server.url}/complete`,
          model: "fake",
          apiKey: "test-key",
        },
        { clock: createSystemClock(), random: () => 0, timeouts, logger: { ...silentLogger, debug: log } },
      );
      models.push(model);
      expect(textOf(await collect(model))).toBe(ANSWER);
      expect(lines).toContain("llm: the AI SDK warns");
      await pause(10);
      expect(warnings).toEqual([]);
    } finally {
      process.off("warning", onWarning);
    }
  });

  it("[B20] closes within its time while a turn is running, and the turn ends with it", async () => {
    const model = open("openai-completions", "stall-in-mid-stream");
    const turn = collect(model);
    turn.catch(() => {});
    while (server.requests.length === 0) await pause(5);
    const started = performance.now();
    await model.close();
    await model.close();
    expect(performance.now() - started).toBeLessThan(5000);
    await expect(turn).rejects.toMatchObject({ code: "closed" });
    await expect(collect(model)).rejects.toMatchObject({ code: "closed" });
  });
});
