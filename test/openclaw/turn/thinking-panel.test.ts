import { describe, expect, it } from "vitest";
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
    expect(panel.text).toBe("First I look\n\nNearly done\n☑ Look\n\nThen I leap");
  });

  it("says a tool's headline once when the output follows", () => {
    const panel = new ThinkingPanel();
    panel.note("🛠️ print text");
    panel.note("🛠️ print text\nfrom the tool");
    panel.note("🛠️ another");
    expect(panel.text).toBe("🛠️ print text\nfrom the tool\n\n🛠️ another");
  });
});
