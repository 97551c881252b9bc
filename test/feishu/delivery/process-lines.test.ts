import { describe, expect, it } from "vitest";
import { processLines } from "../../../extensions/feishu/delivery/reply/process-lines.ts";
import type { ReplyState } from "../../../extensions/feishu/delivery/reply/reply-state.ts";
import { toCardMarkdown } from "../../../extensions/feishu/dialect/index.ts";
import { visibleIn } from "../dialect/visible.ts";

/** What the card shows of a tool call's line. */
function shown(name: string, detail?: string): string {
  const tool = { id: "t", name, detail, state: "done", startedAt: 0, endedAt: 1_500, slot: 0 } as const;
  const state: Pick<ReplyState, "tools" | "remarks"> = { tools: new Map([["t", tool]]), remarks: [] };
  return toCardMarkdown(processLines(state, () => true).join("\n"));
}

describe("[B23] the line of a tool call", () => {
  it("names the tool as it is called", () => {
    expect(shown("web_search")).toBe("✅ **web_search** · 1.5 s");
    expect(visibleIn(shown("mcp__fs__read_file")).trim()).toContain("mcp__fs__read_file");
    expect(visibleIn(shown("_private_")).trim()).toContain("_private_");
  });

  it.each([
    "src/my_file_name.ts",
    "grep -rn 'a*b' ~/x | head",
    "List<String> a[0]",
    "echo `date` $HOME $PATH",
    "**bold** __init__.py",
    "a &lt; b \\ c",
    "~~old~~",
  ])("shows what the call is about as it was written: %s", (detail) => {
    expect(
      visibleIn(shown("exec", detail))
        .replace(/\s+/gu, " ")
        .replaceAll(/ (?=[.·])/gu, ""),
    ).toContain(detail);
  });

  it("mentions nobody, opens nothing, and cuts no character in two", () => {
    expect(shown("<at id=all></at>", "![x](https://e.com/a.png) [y](javascript:x)")).not.toMatch(/<at|!\[|\]\(/u);
    expect(shown("exec", "👨‍👩‍👧".repeat(40))).not.toMatch(/\u200d…/u);
    expect(shown("exec", "👍".repeat(200))).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/u);
  });

  it("keeps an address whole", () => {
    expect(shown("fetch", "https://e.com/a_b?c=1&d=2")).toContain("https://e.com/a_b?c=1&d=2");
  });
});
