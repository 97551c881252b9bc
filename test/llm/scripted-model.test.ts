import { describe, expect, it } from "vitest";
import {
  createCalculatorTool,
  createClockTool,
  createScriptedModel,
  defineTool,
  findLlmError,
  LlmStreamError,
} from "../../src/llm/index.ts";
import type { ChatModel, StreamPart, Tool, TurnRequest } from "../../src/llm/index.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { z } from "zod";

async function collect(model: ChatModel, request: TurnRequest): Promise<StreamPart[]> {
  const parts: StreamPart[] = [];
  for await (const part of model.streamTurn(request)) parts.push(part);
  return parts;
}

const textOf = (parts: readonly StreamPart[]): string =>
  parts.map((part) => (part.type === "text-delta" ? part.text : "")).join("");

function ask(question: string, tools?: readonly Tool[]): TurnRequest {
  return { messages: [{ role: "user", content: question }], tools };
}

async function say(question: string, tools?: readonly Tool[]): Promise<StreamPart[]> {
  const clock = new FakeClock({ settleRounds: 1 });
  return clock.runUntil(collect(createScriptedModel({ clock, charsPerSecond: 1000 }), ask(question, tools)));
}

describe("scripted model", () => {
  it("introduces itself in the language of the question", async () => {
    expect(textOf(await say("你好"))).toContain("演示模型");
    expect(textOf(await say("hello"))).toContain("demo model");
    expect(textOf(await say("为什么要用它"))).toContain("## 它做一件事");
    expect(textOf(await say("why should I use it"))).toContain("## It does one thing");
  });

  it("shows headings, lists, a table, a fence, a quote and a link", async () => {
    for (const question of ["介绍一下", "tell me more"]) {
      const text = textOf(await say(question));
      for (const sign of [/^## /mu, /^1\. /mu, /^- /mu, /^\| --- /mu, /^```ts$/mu, /^> /mu, /\]\(https:\/\//u])
        expect(text).toMatch(sign);
    }
  });

  it("quotes the question without its Markdown and cuts it between graphemes", async () => {
    const family = "👨‍👩‍👧‍👦";
    const first = textOf(await say(`# <at id=all></at> ${family.repeat(70)}`)).split("\n")[0] ?? "";
    expect(first.slice(2)).not.toMatch(/[<>#]/u);
    expect(first.endsWith(`${family}…`)).toBe(true);
  });

  it("answers at length, over 3,000 characters, when asked to", async () => {
    expect(textOf(await say("写一篇长的")).length).toBeGreaterThan(3000);
    expect(textOf(await say("something long please")).length).toBeGreaterThan(3000);
  });

  it.each([
    ["what do you think about cards?", "## It does one thing"],
    ["will my plants die without water", "## It does one thing"],
    ["how long is the Nile", "## It does one thing"],
    ["你思考过长江有多长吗", "## 它做一件事"],
    ["连接中断了怎么办", "## 它做一件事"],
  ])("[E11] does nothing special because of a word in a sentence: %s", async (question, answer) => {
    const parts = await say(question);
    expect(textOf(parts)).toContain(answer);
    expect(parts.some(({ type }) => type === "reasoning-delta")).toBe(false);
  });

  it.each([
    ["断线", "请从上一条回答中断的地方接着写，不要重复已有内容。"],
    ["die", "Continue exactly where your last answer stopped. Do not repeat anything."],
    ["写一篇长文", "继续"],
    ["write something long", "continue"],
  ])("[E11] after %s goes on where it broke off, without a word twice", async (first, next) => {
    const clock = new FakeClock({ settleRounds: 1 });
    const model = createScriptedModel({ clock, charsPerSecond: 1000 });
    const parts: StreamPart[] = [];
    const reading = (async () => {
      for await (const part of model.streamTurn(ask(first))) {
        parts.push(part);
        if (textOf(parts).length > 400) break;
      }
    })().catch(() => {});
    await clock.runUntil(reading);
    const said = textOf(parts);
    const rest = textOf(
      await clock.runUntil(
        collect(model, {
          messages: [
            { role: "user", content: first },
            { role: "assistant", content: said },
            { role: "user", content: next },
          ],
        }),
      ),
    );
    expect(rest.length).toBeGreaterThan(20);
    expect(said + rest).not.toMatch(/(.{25})\1/u);
    expect(rest).not.toContain(said.slice(0, 20));
    expect(rest).not.toContain("Continue exactly");
    expect(rest).not.toContain("请从上一条");
  });

  it("[E11] says that nothing broke off when nothing did", async () => {
    expect(textOf(await say("continue"))).toContain("nothing to go on with");
    expect(textOf(await say("继续"))).toContain("没有可以接着写的内容");
  });

  it("waits, then types at the given speed, the same for the same seed", async () => {
    const times: number[][] = [];
    for (const seed of [7, 7, 8]) {
      const clock = new FakeClock();
      const model = createScriptedModel({
        clock,
        seed,
        charsPerSecond: 50,
        firstDelayMs: 100,
        script: () => [{ say: "数".repeat(400) }],
      });
      const at: number[] = [];
      const run = async (): Promise<void> => {
        for await (const part of model.streamTurn(ask("hi"))) if (part.type === "text-delta") at.push(clock.now());
      };
      await clock.runUntil(run());
      times.push(at);
    }
    const [first, same, other] = times;
    expect(first?.[0]).toBeGreaterThan(100);
    expect(first?.at(-1)).toBeGreaterThan(6000);
    expect(first?.at(-1)).toBeLessThan(10_500);
    expect(same).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it("calls the clock and the calculator and uses what they say", async () => {
    const clock = new FakeClock({ epoch: Date.UTC(2026, 2, 1, 0, 5, 9) });
    const tools = [createClockTool(clock), createCalculatorTool()];
    const time = await clock.runUntil(collect(createScriptedModel({ clock }), ask("几点了", tools)));
    expect(time.map((part) => part.type).filter((type) => type !== "text-delta")).toEqual([
      "start-step",
      "tool-input-start",
      "tool-input-delta",
      "tool-call",
      "tool-result",
      "finish-step",
      "start-step",
      "finish-step",
      "finish",
    ]);
    expect(textOf(time)).toContain("**08:05**，2026-03-01，星期日（Asia/Shanghai）");
    expect(textOf(await say("what is (3 + 4) * 2^10?", tools))).toContain("= **7168**");
    expect(textOf(await say("1 / 0 等于多少", tools))).toContain("division by zero");
  });

  it("says so when the turn has no such tool", async () => {
    const parts = await say("what time is it");
    expect(parts.find((part) => part.type === "tool-error")).toMatchObject({ toolName: "clock" });
    expect(textOf(parts)).toContain("not given a `clock` tool");
  });

  it("thinks before it answers", async () => {
    const parts = await say("想一想");
    const types = [...new Set(parts.map((part) => part.type))];
    expect(types).toEqual(["start-step", "reasoning-delta", "text-delta", "finish-step", "finish"]);
  });

  it("dies in mid-stream with a typed error and keeps no timer", async () => {
    const clock = new FakeClock();
    const seen: StreamPart[] = [];
    const run = async (): Promise<void> => {
      for await (const part of createScriptedModel({ clock }).streamTurn(ask("请中断"))) seen.push(part);
    };
    const error = await clock.runUntil(run()).then(
      () => undefined,
      (reason: unknown) => findLlmError(reason),
    );
    expect(error).toMatchObject({ code: "connection-lost", provider: "scripted" });
    expect(textOf(seen).length).toBeGreaterThan(20);
    expect(clock.pending).toBe(0);
  });

  it("ends at once with the signal's reason, also in a stall and in a tool that hangs", async () => {
    const hanging = defineTool({
      name: "clock",
      description: "never answers",
      input: z.object({}),
      execute: () => new Promise(() => {}),
    });
    for (const question of ["stall", "what time is it", "long"]) {
      const clock = new FakeClock();
      const stop = new AbortController();
      const reason = new Error("stopped by a person");
      const done = collect(createScriptedModel({ clock }), { ...ask(question, [hanging]), signal: stop.signal });
      done.catch(() => {});
      await clock.advance(20_000);
      const before = clock.now();
      stop.abort(reason);
      await expect(clock.runUntil(done)).rejects.toBe(reason);
      expect(clock.now()).toBe(before);
      expect(clock.pending).toBe(0);
    }
  });

  it("refuses turns after close", async () => {
    const model = createScriptedModel({ clock: new FakeClock() });
    await model.close();
    await model.close();
    await expect(collect(model, ask("hi"))).rejects.toMatchObject({ code: "closed" });
    expect(() => createScriptedModel({ clock: new FakeClock(), charsPerSecond: 0 })).toThrow(/charsPerSecond/u);
  });

  it("does not wait at infinite speed", async () => {
    const clock = new FakeClock();
    const model = createScriptedModel({
      clock,
      charsPerSecond: Infinity,
      firstDelayMs: 0,
      script: () => [{ say: "ha ".repeat(10_000) }],
    });
    const text = textOf(await clock.runUntil(collect(model, ask("hi"))));
    expect(text).toBe("ha ".repeat(10_000));
    expect(clock.now()).toBe(0);
  });
});

describe("findLlmError", () => {
  it("looks through causes, also when they go in a circle", () => {
    const error = new LlmStreamError("truncated", "cut off");
    expect(findLlmError(new Error("outer", { cause: new Error("inner", { cause: error }) }))).toBe(error);
    const circle = new Error("circle");
    circle.cause = circle;
    expect(findLlmError(circle)).toBeUndefined();
  });
});
