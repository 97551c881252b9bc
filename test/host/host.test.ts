import { describe, expect, it } from "vitest";
import { settle } from "../support/fake-clock.ts";
import { HostBench } from "../support/host-bench.ts";
import { StepModel } from "../support/llm/step-model.ts";

describe("messages", () => {
  it("of one chat wait for each other, in order; those of other chats and topics do not", async () => {
    const bench = new HostBench();
    await bench.say("first");
    await bench.say("second");
    await bench.say("elsewhere", { chatId: "oc_2" });
    await bench.say("in a topic", { threadId: "omt_1" });
    expect(bench.model.turns.map((turn) => turn.request.messages.at(-1)?.content)).toEqual([
      "first",
      "elsewhere",
      "in a topic",
    ]);
    bench.model.turns[0]?.step(0).text("1").finish();
    await settle();
    expect(bench.model.turn.request.messages.map(({ content }) => content)).toEqual(["first", "1", "second"]);
  });

  it("that wait say so until their turn, or until nobody will answer them", async () => {
    const bench = new HostBench();
    await bench.say("first");
    const second = await bench.say("second");
    const third = await bench.say("third");
    expect([...bench.channel.waiting]).toEqual([second.messageId, third.messageId]);
    bench.model.turns[0]?.step(0).text("1").finish();
    await settle();
    expect([...bench.channel.waiting]).toEqual([third.messageId]);
    await bench.say("/stop");
    expect([...bench.channel.waiting]).toEqual([]);
  });

  it("[B16] interrupt the running answer by setting, and what waited is asked together", async () => {
    const bench = new HostBench({ settings: { queueMode: "interrupt" } });
    await bench.say("first");
    bench.model.turn.step(0).text("half");
    await settle();
    await bench.say("second");
    expect(bench.opened(1).reply.end).toEqual({ by: "abort", options: { by: undefined } });
    expect(bench.opened(1).reply.text).toBe("half");
    expect(bench.model.turn.request.messages.map(({ content }) => content)).toEqual(["first", "half", "second"]);
  });

  it("are refused politely when too many wait", async () => {
    const bench = new HostBench();
    for (let i = 0; i < 22; i++) await bench.say(`question ${i}`);
    expect(bench.channel.texts.map(({ text }) => text)).toEqual([
      "Too many messages are waiting in this chat already. Please wait for the answers, or say /stop.",
    ]);
  });

  it("in a group are answered as a reply, in their topic", async () => {
    const bench = new HostBench();
    await bench.say("go", { chatType: "group", threadId: "omt_1" });
    expect(bench.opened().target).toEqual({ chatId: "oc_1", replyTo: "om_1", threadId: "omt_1" });
  });

  it("[D16] are answered in their own language", async () => {
    const bench = new HostBench();
    await bench.say("你好");
    await bench.say("hello", { chatId: "oc_2" });
    expect(bench.channel.replies.map(({ options }) => options.language)).toEqual(["zh", "en"]);
    expect(bench.channel.replies.map(({ options }) => options.buttons?.stop?.text)).toEqual(["停止", "Stop"]);
  });
});

describe("memory", () => {
  it("is bounded in turns and characters, oldest first", async () => {
    const bench = new HostBench({ settings: { memory: { maxTurns: 2, maxChars: 20 } } });
    for (const [question, answer] of [
      ["a", "1"],
      ["b", "2"],
      ["c", "3"],
    ] as const) {
      await bench.say(question);
      bench.model.turn.step(0).text(answer).finish();
      await bench.host.idle();
    }
    await bench.say("d");
    expect(bench.model.turn.request.messages.map(({ content }) => content)).toEqual(["b", "2", "c", "3", "d"]);
    bench.model.turn.step(0).text("x".repeat(15)).finish();
    await bench.host.idle();
    await bench.say("e");
    expect(bench.model.turn.request.messages.map(({ content }) => content)).toEqual([
      "c",
      "3",
      "d",
      "x".repeat(15),
      "e",
    ]);
    bench.model.turn.step(0).text("y".repeat(100)).finish();
    await bench.host.idle();
    await bench.say("f");
    expect(bench.model.turn.request.messages).toHaveLength(1);
  });
});

describe("commands", () => {
  it("/new forgets, also the answer that was being written", async () => {
    const bench = new HostBench();
    await bench.say("a");
    bench.model.turn.step(0).text("1").finish();
    await bench.host.idle();
    await bench.say("b");
    bench.model.turn.step(0).text("half");
    await settle();
    await bench.say("/new");
    await bench.host.idle();
    await bench.say("c");
    expect(bench.model.turn.request.messages.map(({ content }) => content)).toEqual(["c"]);
    expect(bench.channel.texts.at(-1)?.text).toMatch(/^New conversation/u);
  });

  it("/stop ends the answer of the person who says it, and what waits; not another's", async () => {
    const bench = new HostBench();
    await bench.say("go");
    await bench.say("later");
    await bench.say("/stop", { sender: { id: "ou_bob" } });
    expect(bench.reply.end).toBeUndefined();
    await bench.say("/stop");
    await bench.host.idle();
    expect(bench.reply.end).toEqual({ by: "abort", options: { by: "Ann" } });
    expect(bench.channel.replies).toHaveLength(1);
    await bench.say("/stop");
    expect(bench.channel.texts.map(({ text }) => text)).toEqual([
      "Only the person who asked can stop this answer.",
      "Stopped.",
      "Nothing is being answered right now.",
    ]);
  });

  it("/model lists and chooses for this chat; /status and /help say how things are", async () => {
    const other = new StepModel("other");
    const bench = new HostBench({ models: { "step/a": () => new StepModel(), "step/b": () => other } });
    await bench.say("/model", { chatId: "oc_3" });
    await bench.say("/model step/c");
    await bench.say("/model step/b");
    await bench.say("/status");
    await bench.say("/help");
    const texts = bench.channel.texts.map(({ text }) => text);
    expect(texts[0]).toContain("- step/a (in use)");
    expect(texts[1]).toBe("There is no model step/c. Known: step/a, step/b");
    expect(texts[2]).toBe("This chat uses step/b from now on.");
    expect(texts[3]).toContain("Model: step/b");
    expect(texts[4]).toContain("/stop");
    await bench.say("hello");
    expect(other.turns).toHaveLength(1);
  });

  it("[D16] are answered in Chinese where Chinese is spoken", async () => {
    const bench = new HostBench();
    await bench.say("你好");
    await bench.say("/status");
    expect(bench.channel.texts.at(-1)?.text).toContain("当前：正在回答");
  });

  it("are only what looks like one: a path goes to the model", async () => {
    const bench = new HostBench();
    await bench.say("/etc/hosts: what is it?");
    await bench.say("/new ideas please", { chatId: "oc_2" });
    expect(bench.model.turns).toHaveLength(2);
    expect(bench.channel.texts).toEqual([]);
  });
});

describe("[D8] buttons", () => {
  it("stop: only for the person who asked, only once", async () => {
    const bench = new HostBench();
    await bench.say("go");
    bench.model.turn.step(0).text("half");
    await settle();
    const stop = bench.opened().options.buttons?.stop?.value ?? {};
    expect(await bench.press(stop, "ou_bob")).toBe("Only the person who asked can use this button");
    expect(await bench.press({ ...stop, turn: "somebody-else" })).toBe(
      "This button is no longer valid; please ask again",
    );
    expect(await bench.press({ hello: "world" })).toBeUndefined();
    expect(bench.reply.end).toBeUndefined();
    expect(await bench.press(stop)).toBe("Stopped");
    await bench.host.idle();
    expect(bench.reply.end).toMatchObject({ by: "abort" });
    expect(await bench.press(stop)).toBe("This button has been used already");
    expect(bench.reply.lateEnds).toBe(0);
  });

  it("stop of an answer that has ended says so", async () => {
    const bench = new HostBench();
    await bench.say("go");
    bench.model.turn.step(0).text("all").finish();
    await bench.host.idle();
    expect(await bench.press(bench.opened().options.buttons?.stop?.value)).toBe("This answer has ended already");
  });

  it("regenerate asks the same question again without the old answer; once, and only for the newest", async () => {
    const bench = new HostBench();
    await bench.say("a");
    bench.model.turn.step(0).text("1").finish();
    await bench.host.idle();
    await bench.say("b");
    bench.model.turn.step(0).text("2").finish();
    await bench.host.idle();
    const [first, second] = [bench.opened(1), bench.opened(2)].map(({ options }) => options.buttons?.after?.[0]?.value);
    expect(await bench.press(first)).toBe("This button is no longer valid; please ask again");
    expect(await bench.press(second, "ou_bob")).toBe("Only the person who asked can use this button");
    expect(await bench.press(second)).toBe("Answering again");
    expect(bench.model.turn.request.messages.map(({ content }) => content)).toEqual(["a", "1", "b"]);
    expect(await bench.press(second)).toBe("This button has been used already");
    bench.model.turn.step(0).text("2!").finish();
    await bench.host.idle();
    expect(bench.reply.text).toBe("2!");
    expect(bench.channel.replies).toHaveLength(3);
  });

  it("leave the card of an answer when the next one begins, or what they would ask again is forgotten", async () => {
    const bench = new HostBench();
    const retired = (): boolean[] => bench.channel.replies.map(({ reply }) => reply.buttonsRetired);
    await bench.say("a");
    bench.model.turn.step(0).text("1").finish();
    await bench.host.idle();
    await bench.say("elsewhere", { chatId: "oc_2" });
    bench.model.turn.step(0).text("2").finish();
    await bench.host.idle();
    await bench.say("/status");
    expect(retired()).toEqual([false, false]);

    await bench.press(bench.opened(1).options.buttons?.after?.[0]?.value);
    expect(retired()).toEqual([true, false, false]);
    bench.model.turn.step(0).text("1!").finish();
    await bench.host.idle();
    await bench.say("/new");
    expect(retired()).toEqual([true, false, true]);

    await bench.say("b");
    await bench.say("/new");
    await bench.host.idle();
    expect(retired()).toEqual([true, false, true, true]);
  });

  it("leave the card of an answer that another process has answered after, once the chat is back", async () => {
    const answer = async (bench: HostBench, text: string): Promise<void> => {
      await bench.say(text);
      bench.model.turn.step(0).text("1").finish();
      await bench.host.idle();
    };
    const [bench, other] = [new HostBench(), new HostBench()];
    await answer(bench, "a");
    const chat = { channel: "memory", account: "default", chatId: "oc_1" };
    bench.host.restore(bench.host.recordsOf(chat));
    expect(bench.reply.buttonsRetired).toBe(false);
    await answer(other, "x");
    await answer(other, "y");
    bench.host.restore(other.host.recordsOf(chat));
    expect(bench.reply.buttonsRetired).toBe(true);

    await answer(bench, "b");
    const message = { ...(await other.say("z")), messageId: "om_9" };
    bench.host.remember({ turnId: "of another", message, question: "z", text: "half" });
    expect(bench.reply.buttonsRetired).toBe(true);
  });

  it("continue goes on where a stopped answer was left", async () => {
    const bench = new HostBench();
    await bench.say("讲个故事");
    bench.model.turn.step(0).text("从前");
    await settle();
    await bench.press(bench.opened().options.buttons?.stop?.value);
    await bench.host.idle();
    const button = bench.opened().options.buttons?.after?.[1];
    expect(button).toMatchObject({ text: "继续", when: "incomplete" });
    expect(await bench.press(button?.value)).toBe("Going on");
    expect(bench.opened().options.continues).toBe(true);
    expect(bench.opened(1).options.continues).not.toBe(true);
    expect(bench.model.turn.request.messages.map(({ content }) => content)).toEqual([
      "讲个故事",
      "从前",
      "请从上一条回答中断的地方接着写，不要重复已有内容。",
    ]);
  });

  it("of an earlier process are outdated", async () => {
    const old = new HostBench();
    await old.say("go");
    const bench = new HostBench();
    expect(await bench.press(old.opened().options.buttons?.stop?.value)).toBe(
      "This button is no longer valid; please ask again",
    );
  });
});

describe("[B16][B20] stopping the host", () => {
  it("ends every answer as interrupted, in all chats, and takes nothing more", async () => {
    const bench = new HostBench();
    await bench.say("a");
    await bench.say("waits");
    await bench.say("b", { chatId: "oc_2" });
    bench.model.turns[0]?.step(0).text("half");
    await settle();
    await bench.clock.runUntil(bench.host.stop(), 5000);
    expect(bench.channel.replies.map(({ reply }) => reply.end)).toEqual([
      { by: "fail", failure: { code: "interrupted", message: "The bot was stopped while it was answering." } },
      { by: "fail", failure: { code: "interrupted", message: "The bot was stopped while it was answering." } },
    ]);
    expect(bench.model.closed).toBe(1);
    expect(bench.channel.texts.map(({ text }) => text)).toEqual([
      "The bot is being stopped and cannot answer this. Please ask again later.",
    ]);
    await bench.say("too late");
    expect(bench.channel.replies).toHaveLength(2);
  });

  it("takes no more events while the last replies end: the platform keeps them for the next process", async () => {
    const bench = new HostBench();
    await bench.say("a");
    bench.reply.fail = () => new Promise(() => {});
    const stopped = bench.host.stop();
    expect([bench.channel.deaf, bench.channel.closed]).toEqual([true, 0]);
    await bench.clock.runUntil(stopped, 5000);
    expect(bench.channel.closed).toBe(1);
  });

  it("does not wait longer than 5 s for a reply that cannot end", async () => {
    const bench = new HostBench();
    await bench.say("a");
    bench.reply.fail = () => new Promise(() => {});
    await bench.clock.runUntil(bench.host.stop(), 5000);
    expect(bench.channel.closed).toBe(1);
  });
});
