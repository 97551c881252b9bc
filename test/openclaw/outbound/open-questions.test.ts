import { describe, expect, it } from "vitest";
import type { FeishuClient } from "../../../extensions/feishu/client/index.ts";
import type { AccountClients, AccountLease } from "../../../extensions/feishu/openclaw/account/clients.ts";
import { resolveAccount } from "../../../extensions/feishu/config/index.ts";
import { OpenQuestions } from "../../../extensions/feishu/openclaw/outbound/open-questions.ts";
import type { QuestionRuntime } from "../../../extensions/feishu/openclaw/outbound/open-questions.ts";
import { toPresentationCard } from "../../../extensions/feishu/openclaw/outbound/presentation-card.ts";
import { sendCardFeishu } from "../../../extensions/feishu/send.ts";
import { createReplyBench } from "../../support/reply-bench.ts";

const asker = { openId: "ou_asker", type: "user" as const };
const other = { openId: "ou_other", type: "user" as const };
const questionId = "ask_1";
const payload = { channelData: { askUser: { questionId } } };
const option = { value: { openclaw: { kind: "question", questionId, text: "Blue" } }, option: undefined };
const card = toPresentationCard({
  blocks: [
    { type: "text", text: "Which colour?" },
    {
      type: "buttons",
      buttons: [
        { label: "Blue", action: { type: "question", questionId, optionValue: "Blue" } },
        { label: "Other…", action: { type: "question", questionId, intent: "custom-input" } },
      ],
    },
  ],
});

/** A host that has one question, which the test can end. */
function rig(client?: FeishuClient): {
  questions: OpenQuestions;
  end: (said: string) => Promise<unknown>;
  said: string[];
  forward: () => void;
} {
  const finalizers: ((said: string) => Promise<void>)[] = [];
  const host: QuestionRuntime = {
    readAskUserQuestionId: ({ channelData }) =>
      (channelData?.["askUser"] as typeof payload.channelData.askUser | undefined)?.questionId,
    registerChannelDelivery: ({ finalize }) => void finalizers.push(finalize),
  };
  const said: string[] = [];
  // Of a lease nothing but the client is used.
  const use: AccountClients["use"] = (_account, work) => work({ client } as AccountLease);
  return {
    questions: new OpenQuestions(host, { use }),
    end: (line) => Promise.all(finalizers.map((finalize) => finalize(line))),
    said,
    forward: () => void said.push("Blue"),
  };
}

const shown = (over: object = {}): Parameters<OpenQuestions["sent"]>[1] => ({
  account: resolveAccount({}, undefined),
  place: "oc_1",
  messageId: "om_1",
  card: undefined,
  ...over,
});

describe("[A11] questions of the agent", () => {
  it("are open from their sending to their end, in their chat only", async () => {
    const { questions, end } = rig();
    questions.sent({}, shown());
    const inGroup = { chatType: "group", sender: asker } as const;
    expect(questions.mayAnswer({ chatId: "oc_1", ...inGroup })).toBe(false);
    questions.sent(payload, shown());
    expect(questions.mayAnswer({ chatId: "oc_1", ...inGroup })).toBe(true);
    expect(questions.mayAnswer({ chatId: "oc_2", ...inGroup })).toBe(false);
    await end("Expired");
    expect(questions.mayAnswer({ chatId: "oc_1", ...inGroup })).toBe(false);
  });

  it("that were sent to a person are open in that person's chat", () => {
    const { questions } = rig();
    questions.sent(payload, shown({ place: asker.openId }));
    const inPerson = { chatId: "oc_9", chatType: "direct" } as const;
    expect(questions.mayAnswer({ ...inPerson, sender: asker })).toBe(true);
    expect(questions.mayAnswer({ ...inPerson, sender: other })).toBe(false);
    expect(questions.mayAnswer({ ...inPerson, chatType: "group", sender: asker })).toBe(false);
  });

  it("take one press of each person, and none once they are over", async () => {
    const { questions, end, said, forward } = rig();
    expect(questions.press({ ...option, operator: asker }, forward)?.toast?.type).toBe("info");
    questions.sent(payload, shown());
    for (const operator of [asker, asker, other])
      expect(questions.press({ ...option, operator }, forward)?.toast?.type).toBe("success");
    expect(said).toHaveLength(2);
    await end("Answered: Blue");
    expect(questions.press({ ...option, operator: asker }, forward)?.toast?.type).toBe("info");
    expect(said).toHaveLength(2);
    expect(questions.press({ value: { other: 1 }, option: undefined, operator: asker }, forward)).toBeUndefined();
  });

  it.each([
    ["feishu", "Answered: Red, Blue", "已回答：Red, Blue"],
    ["feishu", "Expired", "已过期"],
    ["feishu", "Unavailable: request a new question.", "Unavailable: request a new question."],
    ["lark", "Cancelled", "Cancelled"],
  ])("lose their buttons and say how they ended (%s, %s)", async (domain, line, expected) => {
    const bench = createReplyBench();
    const { client } = bench.delivery;
    const { questions, end } = rig(client);
    const account = { ...resolveAccount({}, undefined), domain };
    const to = { type: "chat", chatId: bench.chatId } as const;
    const { messageId } = await bench.clock.runUntil(sendCardFeishu(client, { to, card, uuid: "q" }));
    questions.sent(payload, shown({ account, card, messageId }));
    await bench.clock.runUntil(end(line));
    expect(bench.emulator.visibleTexts(bench.chatId).at(-1)).toMatchObject({
      labels: [],
      text: `Which colour?\n${expected}`,
    });
    await bench.close();
  });
});
