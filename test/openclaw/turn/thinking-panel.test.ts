import { describe, expect, it } from "vitest";
import { toCardMarkdown } from "../../../extensions/feishu/dialect/index.ts";
import { ThinkingPanel } from "../../../extensions/feishu/openclaw/turn/thinking-panel.ts";

describe("the thinking panel", () => {
  it("[B12] keeps each message's reasoning, and the plan in its place", () => {
    const panel = new ThinkingPanel();
    panel.reasoning("First");
    panel.reasoning("First I look");
    panel.plan([{ step: "Look", status: "in_progress" }], undefined);
    panel.endReasoning();
    panel.reasoning("Then I leap");
    panel.plan([{ step: "Look", status: "completed" }], "Nearly done");
    expect(panel.text).toBe("First I look\n\nNearly done\n\n☑ Look\n\nThen I leap");
  });

  it("[B12] makes each step of the plan a line, whether or not Feishu shows a single newline", () => {
    const panel = new ThinkingPanel();
    const steps = [
      { step: "Look\naround", status: "completed" as const },
      { step: "Leap", status: "pending" as const },
    ];
    panel.plan(steps, undefined);
    expect(panel.text).toBe("☑ Look around<br>☐ Leap");
    expect(toCardMarkdown(panel.text)).toBe(panel.text);
  });

  it("says a tool's headline once when the output follows", () => {
    const panel = new ThinkingPanel();
    panel.note("🛠️ print text");
    panel.note("🛠️ print text\nfrom the tool");
    panel.note("🛠️ another");
    expect(panel.text).toBe("🛠️ print text\nfrom the tool\n\n🛠️ another");
  });
});
