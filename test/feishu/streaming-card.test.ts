import { afterEach, describe, expect, it } from "vitest";
import { createFeishuInstance, FeishuStreamingCard, streamTo } from "../../extensions/feishu/index.ts";
import type { CardTarget, StartCardOptions } from "../../extensions/feishu/index.ts";
import { createInstanceBench } from "../support/instance-bench.ts";
import type { InstanceBench } from "../support/instance-bench.ts";

const benches: InstanceBench[] = [];
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.close();
});

function createBench(options?: Parameters<typeof createInstanceBench>[0]): InstanceBench {
  const bench = createInstanceBench(options);
  benches.push(bench);
  return bench;
}

const shown = (bench: InstanceBench): string =>
  JSON.stringify(bench.emulator.visibleTexts(bench.chatId).filter(({ sender }) => sender === "app"));

describe("FeishuStreamingCard", () => {
  it("[C1][C2][C3][C4][C5][C9] shows a placeholder, grows in one message, and ends", async () => {
    const bench = createBench();
    const { clock, instance, chatId } = bench;
    const card = FeishuStreamingCard.start({ instance, chatId, title: "周报", locale: "zh" });
    await clock.advance(500);
    expect(shown(bench)).toContain("正在思考");
    const { messageId } = card.session;
    expect(card.session).toMatchObject({
      provider: "feishu",
      instance: instance.name,
      chatId,
      messageId: expect.stringMatching(/^om_/u),
      startedAt: expect.any(Number),
      finalized: false,
    });

    card.status("查询中").reasoning("先想想").tool({ id: "1", name: "搜索", state: "running" });
    card.appendMarkdown("**一**").appendMarkdown("，二");
    await clock.runUntil(card.flush());
    expect(bench.answers()).toEqual(["**一**，二"]);
    expect(card.session.lastFlushAt).toBeGreaterThan(card.session.startedAt);

    card.appendMarkdown("，三");
    const result = await clock.runUntil(card.finalize({ footer: "共三项" }));
    expect(result).toMatchObject({ outcome: "finalized", delivered: 9, total: 9, cards: 1, tier: "cardkit" });
    expect(bench.answers()).toEqual(["**一**，二，三"]);
    expect(card.session).toMatchObject({ messageId, finalized: true });
    expect(shown(bench)).toContain("共三项");
    expect(await card.finalize()).toBe(result);
  });

  it("[C6] keeps the text and says so when it fails, without the error's own words", async () => {
    const bench = createBench();
    const card = FeishuStreamingCard.start({ instance: bench.instance, chatId: bench.chatId, locale: "en" });
    card.appendMarkdown("half of");
    const result = await bench.clock.runUntil(card.fail(new Error("sk-secret rejected")));
    expect(result).toMatchObject({ outcome: "failed", delivered: 7, total: 7 });
    expect(shown(bench)).toContain("half of");
    expect(shown(bench)).toContain("Incomplete: the model's service returned an error");
    expect(shown(bench)).not.toContain("secret");
  });

  it("[C7] writes no more often than flushMs says, and all of it at the end", async () => {
    const bench = createBench();
    const { clock, instance, chatId } = bench;
    const writes: number[] = [];
    const card = FeishuStreamingCard.start({ instance, chatId, flushMs: 600 });
    card.events.on("flush", ({ acknowledged }) => acknowledged > 0 && writes.push(clock.now()));
    for (let i = 0; i < 300; i++) {
      card.appendMarkdown("字");
      await clock.advance(10);
    }
    // The card came with its first text; what follows are writes into it.
    const paced = writes.slice(1);
    const gaps = paced.slice(1).map((at, index) => at - (paced[index] ?? 0));
    expect(gaps.length).toBeGreaterThan(2);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(600);
    const result = await clock.runUntil(card.finalize());
    expect([result.delivered, bench.answers().join("")]).toEqual([300, "字".repeat(300)]);
  });

  it("[C8] answers a message, writes to a person, and refuses no target or two", async () => {
    const bench = createBench();
    const { clock, emulator, instance, chatId } = bench;
    const asked = emulator.sendAsUser({ text: "问" });
    const answer = FeishuStreamingCard.start({ instance, replyTo: asked.messageId });
    answer.appendMarkdown("答");
    await clock.runUntil(answer.finalize());
    expect(answer.session.chatId).toBe(chatId);
    const [person] = emulator.store.users.all();
    if (person === undefined) throw new Error("nobody is there");
    const openId = emulator.store.users.openId(person, emulator.app.appId);
    const direct = FeishuStreamingCard.start({ instance, openId });
    direct.appendMarkdown("你好");
    expect((await clock.runUntil(direct.finalize())).delivered).toBe(2);
    for (const target of [{}, { chatId, openId: "ou_1" }])
      expect(() => FeishuStreamingCard.start({ instance, ...(target as CardTarget) })).toThrow(TypeError);
  });

  it("ends a card that was left by an exception", async () => {
    const bench = createBench();
    const leave = async (): Promise<void> => {
      await using card = FeishuStreamingCard.start({ instance: bench.instance, chatId: bench.chatId, locale: "en" });
      card.appendMarkdown("as far as it came");
      throw new Error("bug");
    };
    await expect(bench.clock.runUntil(leave())).rejects.toThrow("bug");
    expect(bench.answers()).toEqual(["as far as it came"]);
    expect(shown(bench)).toContain("Incomplete");
  });

  it("[C13] keeps several apps apart in one process", async () => {
    const first = createBench();
    const second = createBench();
    const cards = [first, second].map(({ instance, chatId }, index) =>
      FeishuStreamingCard.start({ instance, chatId }).appendMarkdown(`app ${index}`),
    );
    await first.clock.runUntil(cards[0]?.finalize() ?? Promise.reject(new Error("no card")));
    await second.clock.runUntil(cards[1]?.finalize() ?? Promise.reject(new Error("no card")));
    expect([first.answers(), second.answers()]).toEqual([["app 0"], ["app 1"]]);
    const lark = createFeishuInstance({ appId: "cli_a", appSecret: "s", domain: "lark", name: "overseas" });
    expect([lark.name, lark.client.account.baseUrl]).toEqual(["overseas", "https://open.larksuite.com"]);
    await lark.close();
  });
});

describe("streamTo", () => {
  it("[C10] streams an async iterable into a card and tells what is visible", async () => {
    const bench = createBench();
    const { clock, instance, chatId } = bench;
    const text = "一段很长的话。".repeat(600);
    const source = async function* (): AsyncGenerator<string> {
      for (let at = 0; at < text.length; at += 10) {
        yield text.slice(at, at + 10);
        await new Promise<void>((resolve) => clock.setTimer(5, resolve));
      }
    };
    const target: StartCardOptions = { instance, chatId };
    const { result, error } = await clock.runUntil(streamTo(target, source()));
    expect([error, result.delivered, result.total]).toEqual([undefined, text.length, text.length]);
    expect(result.cards).toBeGreaterThan(1);
    expect(bench.answers().join("")).toBe(text);
  });
});
