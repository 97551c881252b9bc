import { describe, expect, it } from "vitest";
import { createFeishuChannel } from "../../extensions/feishu/index.ts";
import { toEmulatorAccount } from "../../src/cli/emulator/emulator-account.ts";
import { startEmulator } from "../../src/emulator/index.ts";
import { silentLogger } from "../../src/log/index.ts";
import { toDelta } from "../../src/stream/index.ts";
import { createSystemClock } from "../../src/time/index.ts";
import { sayingModel, startE2e } from "../support/e2e.ts";
import { StepModel } from "../support/llm/step-model.ts";
import { untilShown } from "../support/until-shown.ts";
import { explainVisible } from "../support/visible-oracle.ts";

describe("[A5] replies do not touch each other's cards", () => {
  it("two at once in one chat, written in turns, and a plain message after them", async () => {
    const emulator = await startEmulator();
    const connection = await createFeishuChannel().start({
      account: toEmulatorAccount(emulator, undefined),
      onMessage() {},
      onCardAction: async () => ({}),
      questions: { take: "one", async answer() {}, async refuse() {}, settled() {}, interrupt() {} },
      clock: createSystemClock(),
      logger: silentLogger,
      random: Math.random,
      signal: new AbortController().signal,
    });
    try {
      const chatId = emulator.directChatId();
      const one = connection.openReply({ chatId }, { language: "zh" });
      const two = connection.openReply({ chatId }, { language: "en" });
      for (let i = 0; i < 120; i++) {
        one.append(toDelta(`甲${i}，`));
        two.append(toDelta(`B${i}, `));
        if (i % 40 === 39) await Promise.all([one.flush(), two.flush()]);
      }
      const results = await Promise.all([one.finalize(), two.finalize()]);
      expect(results.map(({ outcome, delivered, total }) => [outcome, delivered === total])).toEqual([
        ["finalized", true],
        ["finalized", true],
      ]);
      const [first, second] = [one, two].map(({ session }) => session.messageId);
      const before = emulator.visibleTexts(chatId);
      expect(before.filter(({ kind }) => kind === "card")).toHaveLength(2);
      const cardOf = (messageId: string | undefined): typeof before =>
        before.filter((message) => message.messageId === messageId);
      expect(explainVisible(cardOf(first), one.text)).toEqual([]);
      expect(explainVisible(cardOf(second), two.text)).toEqual([]);

      const plain = await connection.sendText({ chatId }, "单独的一条", { language: "zh" });
      const after = emulator.visibleTexts(chatId);
      expect(after.slice(0, before.length)).toEqual(before);
      expect(after.slice(before.length).map(({ messageId, kind, text }) => [messageId, kind, text])).toEqual([
        [plain, "text", "单独的一条"],
      ]);

      const third = connection.openReply({ chatId }, { language: "zh" });
      third.append(toDelta("第三条"));
      await third.finalize();
      expect(emulator.visibleTexts(chatId).slice(0, after.length)).toEqual(after);
    } finally {
      await connection.close();
      await emulator.close();
    }
  });

  it("two topics of one group answered at the same time, each in its topic", async () => {
    const model = new StepModel();
    const e2e = await startE2e({ model });
    const { emulator } = e2e;
    try {
      const chatId = emulator.store.chats.all().find(({ type }) => type === "group")?.chatId ?? "";
      const threadId = emulator.visibleTexts(chatId).find((message) => message.threadId !== undefined)?.threadId;
      const inTopic = await e2e.begin({ chatId, threadId, text: "话题里的问题", mentionBot: true });
      const outside = await e2e.begin({ chatId, text: "群里的问题", mentionBot: true });
      const [topicTurn, groupTurn] = model.turns;
      for (let i = 0; i < 20; i++) {
        topicTurn?.step(0).text(`话题${i} `);
        groupTurn?.step(0).text(`群${i} `);
      }
      await untilShown(emulator, chatId, ({ text }) => text.includes("话题19"));
      topicTurn?.finish();
      groupTurn?.finish();
      const [topic, group] = await Promise.all([inTopic.answered, outside.answered]);
      const shown = (messageId: string | undefined): typeof topic.shown =>
        emulator.visibleTexts(chatId).filter((message) => message.messageId === messageId);
      const [topicCard, groupCard] = [topic, group].map(({ result }) => shown(result.delivery.parts[0]?.messageId)[0]);
      expect(topicCard && explainVisible([topicCard], topic.result.text)).toEqual([]);
      expect(groupCard && explainVisible([groupCard], group.result.text)).toEqual([]);
      expect(topicCard?.threadId).toBe(threadId);
      expect(groupCard?.threadId).toBeUndefined();
    } finally {
      await e2e.close();
    }
  });
});

describe("[C13] several apps in one process", () => {
  it("answer the same group, each with its own cards and rate budget", async () => {
    const apps = [
      { appId: "cli_000000000000000a", appSecret: "a", name: "甲" },
      { appId: "cli_000000000000000b", appSecret: "b", name: "乙" },
    ];
    const e2e = await startE2e({
      model: sayingModel("同一个模型的回答"),
      emulator: { apps },
      accounts: (emulator) => {
        const accounts = Object.fromEntries(
          apps.map(({ appId, appSecret, name }) => [name, { appId, appSecret, domain: emulator.apiUrl }]),
        );
        return createFeishuChannel().readConfig({ accounts }, {}).value ?? [];
      },
    });
    try {
      const chatId = e2e.emulator.store.chats.all().find(({ type }) => type === "group")?.chatId ?? "";
      const answers = await Promise.all(apps.map(({ appId }) => e2e.ask({ chatId, text: "问", mentionBot: appId })));
      expect(answers.map(({ result }) => result.delivery.outcome)).toEqual(["finalized", "finalized"]);
      const writers = e2e.emulator.timeline
        .entries()
        .filter(({ operation }) => operation === "card.create")
        .map(({ appId }) => appId);
      expect(new Set(writers)).toEqual(new Set(apps.map(({ appId }) => appId)));
    } finally {
      await e2e.close();
    }
  });
});

describe("a message that quotes another", () => {
  it("is understood together with what it quotes, also when that is a card of the bot", async () => {
    const model = new StepModel();
    const e2e = await startE2e({ model });
    try {
      const first = await e2e.begin("北京的人口？");
      model.turn.step(0).text("约两千一百万。").finish();
      const { result } = await first.answered;
      const card = result.delivery.parts[0]?.messageId ?? "";
      await e2e.begin({ text: "这个数字从哪来？", replyTo: card });
      expect(model.turn.request.messages.at(-1)?.content).toMatch(/^> .*约两千一百万。[\s\S]*\n\n这个数字从哪来？$/u);
      await e2e.host.stop();
    } finally {
      await e2e.close();
    }
  });
});
