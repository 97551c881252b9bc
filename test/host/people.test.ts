import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toQuestion } from "../../src/host/question.ts";
import { detectLanguage } from "../../src/plugin-sdk/index.ts";
import type { InboundMessage } from "../../src/plugin-sdk/index.ts";
import { settle } from "../support/fake-clock.ts";
import { HostBench } from "../support/host-bench.ts";

const group = { chatType: "group", chatId: "oc_g" } as const;
const asked = (bench: HostBench): (string | undefined)[] =>
  bench.model.turns.map((turn) => turn.request.messages.at(-1)?.content);

describe("[E7] what the model is told", () => {
  it("names the speaker in a group, by a label when the name is not known, and nobody in a direct chat", async () => {
    const bench = new HostBench();
    await bench.say("I like tea", { ...group, sender: { id: "ou_1", name: "Ann" } });
    bench.model.turn.step(0).text("ok").finish();
    await settle();
    await bench.say("and I?", { ...group, sender: { id: "ou_2", label: "user-99ab12" } });
    await bench.say("hello", { sender: { id: "ou_1", name: "Ann" } });
    expect(asked(bench)).toEqual(["Ann: I like tea", "user-99ab12: and I?", "hello"]);
    expect(bench.model.turns[1]?.request.messages[0]?.content).toBe("Ann: I like tea");
  });

  it("is never empty", async () => {
    const bench = new HostBench();
    await bench.say("", group);
    await bench.say("  ", { chatId: "oc_2" });
    expect(asked(bench)).toEqual(["(Ann mentioned you without writing anything else)", "(a message without words)"]);
    fc.assert(
      fc.property(fc.string(), fc.boolean(), fc.string(), (text, isGroup, name) => {
        const message: InboundMessage = {
          channel: "c",
          account: "a",
          messageId: "om_1",
          chatId: "oc_1",
          chatType: isGroup ? "group" : "direct",
          sender: { id: "ou_1", name },
          text,
          sentAt: 0,
        };
        expect(toQuestion(message, () => false).trim()).not.toBe("");
      }),
    );
  });

  it("has what the message points at above it, with who said that", async () => {
    const bench = new HostBench();
    await bench.say("why?", {
      ...group,
      quotes: [{ messageId: "om_x", sender: "Bob", text: "the build\nis red", kind: "answered" }],
    });
    expect(asked(bench)).toEqual(["> Bob: the build\n> is red\n\nAnn: why?"]);
  });

  it("has a topic's first message once, and again when it was forgotten", async () => {
    const bench = new HostBench();
    const topic = { ...group, threadId: "omt_1", conversationId: "om_root" };
    const quotes = [{ messageId: "om_root", sender: "Bob", text: "Deploys are slow", kind: "topic" as const }];
    const answer = async (): Promise<void> => {
      bench.model.turn.step(0).text("ok").finish();
      await settle();
    };
    await bench.say("why?", { ...topic, quotes });
    await answer();
    await bench.say("and now?", { ...topic, quotes });
    await answer();
    await bench.say("/new", topic);
    await bench.say("again", { ...topic, quotes });
    expect(asked(bench)).toEqual([
      "> Bob: Deploys are slow\n\nAnn: why?",
      "Ann: and now?",
      "> Bob: Deploys are slow\n\nAnn: again",
    ]);
  });

  it("goes on in the topic that the bot opened with its answer", async () => {
    const bench = new HostBench();
    const first = await bench.say("what is 2+2?", { ...group, messageId: "om_q", conversationId: "om_q" });
    bench.model.turn.step(0).text("4").finish();
    await settle();
    await bench.say("times 3?", {
      ...group,
      threadId: "omt_1",
      conversationId: first.messageId,
      quotes: [{ messageId: "om_q", sender: "Ann", text: "what is 2+2?", kind: "topic" }],
    });
    expect(bench.model.turn.request.messages.map(({ content }) => content)).toEqual([
      "Ann: what is 2+2?",
      "4",
      "Ann: times 3?",
    ]);
  });
});

describe("[E7] people who write in other languages", () => {
  it.each([
    ["今日は何がありますか", "en"],
    ["오늘 漢字 질문", "en"],
    ["Что сегодня?", "en"],
    ["ما الجديد؟", "en"],
    ["今天有什么", "zh"],
    ["123 👍", "zh"],
  ] as const)("%s is answered with words in %s around it", (text, language) => {
    expect(detectLanguage(text, "zh")).toBe(language);
  });
});

describe("[E7] commands", () => {
  it("are recognised by what is said, whatever stands around it", async () => {
    const bench = new HostBench();
    await bench.say("go on", group);
    await bench.say("@all /stop", {
      ...group,
      commandText: "/stop",
      quotes: [{ messageId: "om_card", sender: "you", text: "half", kind: "answered" }],
    });
    expect(bench.reply.end).toMatchObject({ by: "abort" });
    expect(bench.model.turns).toHaveLength(1);
    expect(bench.channel.texts).toHaveLength(1);
  });

  it("outside of topics are about the chat: /stop finds the person's own answer, /model is taken over", async () => {
    const models = { "step/by-hand": () => bench.model, "step/other": () => bench.model };
    const bench: HostBench = new HostBench({ models });
    await bench.say("one", { ...group, messageId: "om_a", conversationId: "om_a" });
    await bench.say("/stop", { ...group, sender: { id: "ou_bob", name: "Bob" }, conversationId: "om_b" });
    expect(bench.reply.end).toBeUndefined();
    await bench.say("/stop", { ...group, conversationId: "om_c" });
    expect(bench.reply.end).toMatchObject({ by: "abort", options: { by: "Ann" } });
    await bench.say("/model step/other", { ...group, conversationId: "om_d" });
    await bench.say("/status", { ...group, messageId: "om_e", conversationId: "om_e" });
    expect(bench.channel.texts.at(-1)?.text).toContain("step/other");
  });
});

describe("[E7] a note on a card", () => {
  it.each([
    [true, /Press Continue/u],
    [false, /Say “continue”/u],
  ])("names a button only where the account shows buttons (%s)", async (showsButtons, note) => {
    const bench = new HostBench();
    bench.channel.showsButtons = showsButtons;
    await bench.say("go");
    bench.model.turn.step(0).text("half").finish("length");
    await bench.host.idle();
    expect(bench.opened().options.buttons !== undefined).toBe(showsButtons);
    expect(bench.reply.end).toMatchObject({ by: "finalize", options: { footer: expect.stringMatching(note) } });
  });
});

describe("[E7] a question that is taken back", () => {
  const place = { channel: "memory", account: "default", chatId: "oc_1" };

  it("while it waits is not answered", async () => {
    const bench = new HostBench();
    await bench.say("first");
    const second = await bench.say("second");
    await bench.say("third");
    bench.channel.questions.recall(second.messageId);
    for (const text of ["1", "3"]) {
      bench.model.turn.step(0).text(text).finish();
      await settle();
    }
    expect(asked(bench)).toEqual(["first", "third"]);
  });

  it("while it is answered is answered to the end", async () => {
    const bench = new HostBench();
    const first = await bench.say("first");
    bench.channel.questions.recall(first.messageId);
    bench.model.turn.step(0).text("whole").finish();
    await settle();
    expect(bench.reply.end).toMatchObject({ by: "finalize" });
  });

  it("and a chat that the bot was removed from: the answer ends at once with the reason, nothing waits any more", async () => {
    const bench = new HostBench();
    await bench.say("first");
    await bench.say("second");
    await bench.say("elsewhere", { chatId: "oc_10" });
    bench.channel.questions.loseChat(place.chatId);
    bench.host.onChatLost(place);
    await settle();
    expect(bench.opened(1).reply.end).toMatchObject({ by: "fail", failure: { code: "chat-lost" } });
    expect(bench.opened(2).reply.end).toBeUndefined();
    expect(bench.model.turns).toHaveLength(2);
  });
});
