import { describe, expect, it } from "vitest";
import { LlmStreamError } from "../../src/llm/index.ts";
import { settle } from "../support/fake-clock.ts";
import { HostBench, testSettings } from "../support/host-bench.ts";

describe("[A10] what the reader gets of the model's text", () => {
  it("is every delta, also when the same token comes again", async () => {
    const bench = new HostBench();
    await bench.say("go");
    bench.model.turn.step(0).text("ha", "ha", "0", "0", "ha", "!").finish();
    await bench.host.idle();
    expect(bench.reply.text).toBe("haha00ha!");
    expect(bench.model.turn.released).toBe(true);
    expect(bench.reply.end?.by).toBe("finalize");
  });

  it("[A9] is finished blocks when block streaming is on, every character of the text once", async () => {
    const bench = new HostBench({
      streaming: "block",
      settings: { block: { ...testSettings.block, minChars: 20, maxChars: 60 } },
    });
    await bench.say("go");
    const text = "哈哈哈哈 0 0 0 0 0 0 0 0 ha ha ha。\n\n".repeat(20);
    bench.model.turn.step(0).text(...(text.match(/[\s\S]{1,3}/gu) ?? []));
    await settle();
    const blocks = bench.reply.calls.filter((call) => call.startsWith("append"));
    expect(blocks.length).toBeGreaterThan(1);
    expect(blocks.length).toBeLessThan(40);
    expect(text.startsWith(bench.reply.text)).toBe(true);
    bench.model.turn.finish();
    await bench.host.idle();
    expect(bench.reply.text).toBe(text);
    expect(bench.clock.pending).toBe(0);
  });

  it("[A9] keeps what was held back when a blocked answer is stopped", async () => {
    const bench = new HostBench({ streaming: "block" });
    await bench.say("go");
    bench.model.turn.step(0).text("short");
    await settle();
    expect(bench.reply.text).toBe("");
    await bench.press(bench.opened().options.buttons?.stop?.value);
    await bench.host.idle();
    expect(bench.reply.text).toBe("short");
  });

  it("comes at the end when streaming is off", async () => {
    const bench = new HostBench({ streaming: "off" });
    await bench.say("go");
    bench.model.turn.step(0).text("one ", "two");
    await settle();
    expect(bench.reply.text).toBe("");
    bench.model.turn.finish();
    await bench.host.idle();
    expect(bench.reply.text).toBe("one two");
    expect(bench.reply.calls.filter((call) => call.startsWith("append"))).toHaveLength(1);
  });

  it("says so when the model answers with nothing", async () => {
    const bench = new HostBench();
    await bench.say("hello");
    bench.model.turn.step(0).finish();
    await bench.host.idle();
    expect(bench.reply.end).toEqual({ by: "finalize", options: { footer: "The model answered with nothing." } });
  });

  it("names the tokens in the footer when asked for, and the length limit when it was met", async () => {
    const bench = new HostBench({ settings: { usageFooter: true } });
    await bench.say("你好");
    bench.model.turn.step(0).text("…").finish("length");
    await bench.host.idle();
    expect(bench.reply.end).toMatchObject({
      options: {
        footer: "已达到模型的长度上限，点“继续”可接着写。 · by-hand · 输入 12 tokens · 输出 34 tokens",
        incomplete: true,
      },
    });
  });

  it("[E6] an end that is not a good one is told as what it was, with what helps", async () => {
    for (const [reason, word, code, message] of [
      ["other", "budget_exhausted", "unknown-ending", /unknown here \(budget_exhausted\)\. Press Continue/u],
      ["other", undefined, "unknown-ending", /unknown here\. Press Continue/u],
      ["paused", "pause_turn", "paused", /paused this answer\. Press Continue/u],
    ] as const) {
      const bench = new HostBench();
      await bench.say("hello");
      bench.model.turn.step(0).text("half").finish(reason, word);
      await bench.host.idle();
      expect(bench.reply.text).toBe("half");
      expect(bench.reply.end).toMatchObject({
        by: "fail",
        failure: { code, message: expect.stringMatching(message) },
      });
    }
  });

  it("[E6] names the provider's trouble in the chat's language", async () => {
    const bench = new HostBench();
    await bench.say("你好");
    bench.model.turn
      .step(0)
      .text("半")
      .fail(new LlmStreamError("provider-error", "x", { providerType: "network_error" }));
    await bench.host.idle();
    expect(bench.reply.end).toMatchObject({ failure: { message: "模型服务商返回了错误（network_error）。" } });
  });

  it("names no button to a channel that has none", async () => {
    const bench = new HostBench({ capabilities: { buttons: false } });
    await bench.say("hello");
    bench.model.turn.step(0).text("half").finish("length");
    await bench.host.idle();
    expect(bench.reply.end).toMatchObject({
      options: { footer: "The model stopped at its length limit. Say “continue” for the rest.", incomplete: true },
    });
  });
});

describe("tools and reasoning", () => {
  const call = { toolCallId: "t1", toolName: "clock" } as const;

  it("[B12] streams reasoning apart from the answer", async () => {
    const bench = new HostBench();
    await bench.say("go");
    bench.model.turn.step(0).push({ type: "reasoning-delta", text: "hm " }, { type: "reasoning-delta", text: "hm" });
    bench.model.turn.text("answer").finish();
    await bench.host.idle();
    expect(bench.reply.thinking).toBe("hm hm");
    expect(bench.reply.text).toBe("answer");
  });

  it("[B23] shows each tool's state by its call", async () => {
    const bench = new HostBench();
    await bench.say("go");
    const { turn } = bench.model;
    turn.step(0).push({ type: "tool-input-start", ...call }, { type: "tool-call", ...call, input: {} });
    turn.push({ type: "tool-result", ...call, output: "12:00" });
    turn.push({ type: "tool-call", toolCallId: "t2", toolName: "web", input: {} });
    turn.push({ type: "tool-error", toolCallId: "t2", toolName: "web", error: new Error("no") });
    turn.step(1).text("It is noon.").finish();
    await bench.host.idle();
    expect(bench.reply.tools.map(({ id, name, state }) => `${id} ${name} ${state}`)).toEqual([
      "t1 clock running",
      "t1 clock running",
      "t1 clock done",
      "t2 web running",
      "t2 web failed",
    ]);
  });

  it("moves a short remark before a tool call out of the answer", async () => {
    const bench = new HostBench();
    await bench.say("go");
    bench.model.turn
      .step(0)
      .text("Let me look.")
      .push({ type: "tool-call", ...call, input: {} });
    await settle();
    expect(bench.reply.text).toBe("Let me look.");
    bench.model.turn
      .push({ type: "tool-result", ...call, output: 1 })
      .step(1)
      .text("It is 1.")
      .finish();
    await bench.host.idle();
    expect(bench.reply.text).toBe("It is 1.");
    expect(bench.reply.commentary).toEqual(["Let me look."]);
  });

  it("keeps text before a tool call when it is long, or when nothing follows", async () => {
    const bench = new HostBench();
    await bench.say("go");
    const long = "x".repeat(301);
    bench.model.turn
      .step(0)
      .text(long)
      .push({ type: "tool-call", ...call, input: {} })
      .step(1)
      .text("end")
      .finish();
    await bench.host.idle();
    expect(bench.reply.text).toBe(`${long}\n\nend`);
    await bench.say("again");
    bench.model.turn
      .step(0)
      .text("All I say.")
      .push({ type: "tool-call", ...call, input: {} })
      .step(1)
      .finish();
    await bench.host.idle();
    expect(bench.reply.text).toBe("All I say.");
  });

  it("says that the model is tried again, until it speaks", async () => {
    const bench = new HostBench();
    await bench.say("go");
    bench.model.turn.push({ type: "retry", attempt: 1, delayMs: 1500, error: new Error("503") });
    await settle();
    expect(bench.reply.statusLine).toBe("The model did not answer; trying again in 2 s (attempt 2)");
    bench.model.turn.step(0).text("Here.").finish();
    await bench.host.idle();
    expect(bench.reply.statusLine).toBeUndefined();
  });
});

describe("[B16] a turn always ends, once, with its text kept", () => {
  it.each([
    ["idle-timeout", "The model fell silent in the middle of its answer."],
    ["truncated", "The connection to the model ended in the middle of the answer."],
    ["connection-lost", "The connection to the model was lost."],
  ] as const)("when the stream breaks with %s", async (code, message) => {
    const bench = new HostBench();
    await bench.say("go");
    bench.model.turn.step(0).text("half of it").fail(new LlmStreamError(code, "broken"));
    await bench.host.idle();
    expect(bench.reply.text).toBe("half of it");
    expect(bench.reply.end).toEqual({ by: "fail", failure: { code, message } });
    expect(bench.reply.lateEnds).toBe(0);
  });

  it.each([
    [401, "unauthorized"],
    [429, "quota-exceeded"],
    [503, "overloaded"],
    [400, "provider-error"],
  ])("when the provider answers %i, saying what that means", async (status, code) => {
    const bench = new HostBench();
    await bench.say("go");
    bench.model.turn.fail(new LlmStreamError("provider-error", "no", { status }));
    await bench.host.idle();
    expect(bench.reply.end).toMatchObject({ by: "fail", failure: { code } });
  });

  it("when the model ends without saying so, and when something of ours throws", async () => {
    const bench = new HostBench();
    await bench.say("go");
    bench.model.turn.step(0).text("half").endSilently();
    await bench.host.idle();
    expect(bench.reply.end).toMatchObject({ by: "fail", failure: { code: "internal" } });
  });

  it("when the model ignores the abort for ever: stopping does not wait for it", async () => {
    const bench = new HostBench();
    await bench.say("go");
    bench.model.turn.step(0).text("half");
    await settle();
    await bench.press(bench.opened().options.buttons?.stop?.value);
    await bench.host.idle();
    expect(bench.reply.end).toEqual({ by: "abort", options: { by: "name of ou_ann" } });
    bench.model.turn.text(" and more");
    await settle();
    expect(bench.reply.text).toBe("half");
    expect(bench.model.turn.request.signal?.aborted).toBe(true);
  });

  it("when it takes longer than allowed", async () => {
    const bench = new HostBench({ settings: { turnTimeoutMs: 5000 } });
    await bench.say("go");
    bench.model.turn.step(0).text("half");
    await bench.clock.advance(5001);
    await bench.host.idle();
    expect(bench.reply.end).toEqual({
      by: "fail",
      failure: { code: "deadline", message: "The answer took longer than allowed." },
    });
    expect(bench.clock.pending).toBe(0);
  });

  it("[B23] marks a tool that was running as ended with the turn", async () => {
    const bench = new HostBench();
    await bench.say("go");
    bench.model.turn.step(0).push({ type: "tool-call", toolCallId: "t1", toolName: "clock", input: {} });
    await settle();
    const stopped = bench.host.stop();
    await bench.clock.runUntil(stopped, 5000);
    expect(bench.reply.tools.at(-1)).toEqual({
      id: "t1",
      name: "clock",
      state: "failed",
      detail: "ended with the turn",
    });
    expect(bench.reply.end).toMatchObject({ by: "fail", failure: { code: "interrupted" } });
    expect(bench.channel.closed).toBe(1);
  });
});
