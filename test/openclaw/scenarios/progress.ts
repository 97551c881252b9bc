import { expect, it } from "vitest";
import type { VisibleMessage } from "../../../src/emulator/index.ts";
import { answerText, ask } from "../support/conversation.ts";
import type { World } from "../support/world.ts";

/** What a card shows beside the answer, as far as the host's settings want it shown, and answers that are none. */
export function progressScenarios(world: () => World): void {
  const partOf = (cards: readonly VisibleMessage[], elementId: string): string =>
    cards
      .flatMap((card) => card.parts.filter((part) => part.elementId === elementId))
      .map((part) => part.text)
      .join("\n");

  it("[B23] shows what a command printed to who wants to see it, and to nobody else, and the agent's plan", async () => {
    const plan = [
      { step: "Look", status: "completed" },
      { step: "Leap", status: "in_progress" },
    ];
    world().model.script("run it", {
      steps: [
        { tool: "exec", input: { command: "echo from-the-tool" } },
        { tool: "tool_call", input: { id: "progress_card", args: { plan } } },
      ],
      afterTool: [{ text: "It has run." }],
    });
    const quiet = await ask(world(), { from: "小红", text: "run it" });
    expect(partOf(quiet, "tools")).toMatch(/✅ \*\*exec/iu);
    expect(quiet[0]?.text).not.toContain("from-the-tool");
    expect(partOf(quiet, "think_md")).toContain("☑ Look<br>▶ Leap");
    await ask(world(), { from: "小红", text: "/verbose full" });
    const verbose = await ask(world(), { from: "小红", text: "run it" });
    expect(partOf(verbose, "tools")).toContain("from-the-tool");
    expect(partOf(verbose, "think_md").match(/from-the-tool/gu)).toHaveLength(1);
    expect(answerText(verbose)).toBe("It has run.");
    await ask(world(), { from: "小红", text: "/verbose off" });
  }, 90_000);

  it("never shows the word by which the agent says nothing", async () => {
    const { emulator, model } = world();
    model.script("just so you know", { steps: [{ text: "NO_REPLY" }] });
    const { length } = emulator.timeline.entries();
    // The host asks the model again, because a person who writes to a bot alone is owed an answer.
    expect(answerText(await ask(world(), { from: "小红", text: "just so you know" }))).toBe("OK");
    const shown = emulator.timeline
      .entries()
      .slice(length)
      .filter(({ body }) => /NO_|NO\b/u.test(body ?? ""));
    expect(shown).toEqual([]);
  }, 60_000);
}
