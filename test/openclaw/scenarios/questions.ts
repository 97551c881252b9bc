import { expect, it } from "vitest";
import type { VisibleMessage } from "../../../src/emulator/index.ts";
import { answersAfter, answerText, settled, until } from "../support/conversation.ts";
import type { Sent } from "../support/conversation.ts";
import type { World } from "../support/world.ts";

/** What the agent asks its person in the middle of a turn. */
export function questionScenarios(world: () => World): void {
  it("[A11] asks its person with buttons, and goes on with what they press or write", async () => {
    const { emulator, model } = world();
    const options = [{ label: "Red", description: "warm" }, { label: "Blue" }];
    const question = { id: "colour", header: "Colour", question: "Which colour shall it be?", options };
    model.script("paint it", {
      steps: [{ tool: "tool_call", input: { id: "ask_user", args: { questions: [question] } } }],
      afterTool: [{ text: "It is painted." }],
    });
    const findQuestion = (sent: Sent): VisibleMessage | undefined =>
      answersAfter(emulator, sent).find(({ text }) => text.startsWith("Which colour"));

    const sent = emulator.sendAsUser({ text: "paint it" });
    await until(() => findQuestion(sent) !== undefined, 30_000, "the question");
    const { messageId = "", cardId = "", labels } = findQuestion(sent) ?? {};
    expect(labels).toEqual(["Red", "Blue"]);
    const questionId = /ask_\w+/u.exec(JSON.stringify(emulator.store.cards.get(cardId)?.tree.json))?.[0];
    const value = { openclaw: { kind: "question", text: "Blue", questionId } };
    const toasts = [await emulator.clickAs({ messageId, value }), await emulator.clickAs({ messageId, value })];
    expect(toasts.map(({ toast }) => toast?.type)).toEqual(["success", expect.stringMatching(/success|info/u)]);
    const answers = await settled(world(), sent, "the answer after a press");
    expect(answerText(answers)).toBe("It is painted.");
    expect(model.calls.at(-1)?.body).toContain("Blue");
    expect(findQuestion(sent)).toMatchObject({ labels: [], text: expect.stringMatching(/已回答：Blue$/u) as string });
    expect(answers, "the card of the answer and the question").toHaveLength(2);
    expect((await emulator.clickAs({ messageId, value })).toast?.content).toBe("这个问题已经结束");

    const again = emulator.sendAsUser({ text: "paint it" });
    await until(() => findQuestion(again) !== undefined, 30_000, "the question again");
    emulator.sendAsUser({ text: "1" });
    expect(answerText(await settled(world(), again, "the answer after a message"))).toBe("It is painted.");
    expect(findQuestion(again)?.text).toMatch(/已回答：Red$/u);
  }, 120_000);
}
