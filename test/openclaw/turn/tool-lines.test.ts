import { describe, expect, it } from "vitest";
import { lastLine, readItem, ToolLines } from "../../../extensions/feishu/openclaw/turn/tool-lines.ts";

describe("[B23] tool calls", () => {
  it("keep their first name and their end, whatever comes later", () => {
    const tools = new ToolLines();
    expect(tools.change("c", { state: "running" })).toMatchObject({ name: "c", state: "running" });
    expect(tools.change("c", { name: "exec" })).toMatchObject({ name: "exec", state: "running" });
    expect(tools.change("c", { state: "failed", detail: "exit 1" })).toMatchObject({
      state: "failed",
      detail: "exit 1",
    });
    expect(tools.change("c", { name: "other", state: "running" })).toEqual({
      id: "c",
      name: "exec",
      state: "failed",
      detail: "exit 1",
    });
  });

  it.each([
    [
      { kind: "tool", title: "Exec ls", phase: "start" },
      { name: "Exec ls", state: "running" },
    ],
    [
      { kind: "tool", name: "read", phase: "end", status: "completed" },
      { name: "read", state: "done" },
    ],
    [
      { kind: "tool", name: "read", phase: "end", status: "failed" },
      { name: "read", state: "failed" },
    ],
    [{ kind: "preamble", progressText: "Let me see" }, undefined],
    [{ kind: "tool", name: "secret", hideFromChannelProgress: true }, undefined],
  ])("are read from %j", (event, change) => {
    expect(readItem(event)).toEqual(change);
  });

  it("show the last line of what a command printed", () => {
    expect(lastLine("one\ntwo\n")).toBe("two");
    expect(lastLine(undefined)).toBeUndefined();
    expect(lastLine("x".repeat(300))).toHaveLength(120);
    expect(lastLine(`${"x".repeat(118)}👨‍👩‍👧 and more`)).toBe(`${"x".repeat(118)}…`);
  });
});
