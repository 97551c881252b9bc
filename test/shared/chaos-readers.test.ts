import { describe, expect, it } from "vitest";
import type { VisibleMessage } from "../../src/emulator/index.ts";
import { Readers } from "../chaos/readers.ts";

const shown = (text: string, labels: readonly string[]): VisibleMessage => ({
  messageId: "om_1",
  threadId: undefined,
  parentId: undefined,
  sender: "app",
  kind: "card",
  cardId: "1",
  title: "",
  parts: [{ elementId: "a0", tag: "markdown", text }],
  labels,
  text,
  streaming: labels.includes("Stop"),
});

describe("readers of the chaos runner", () => {
  it("see no step back while an answer grows to its end", () => {
    const readers = new Readers();
    readers.look([shown("", [])], 0);
    readers.look([shown("q1w0", ["Stop"])], 100);
    readers.look([shown("q1w0 q1w1", ["Stop"])], 200);
    readers.look([shown("q1w0 q1w1", ["Regenerate"])], 300);
    readers.look([shown("q1w0 q1w1", [])], 400);
    expect(readers.stepsBack(500)).toEqual([]);
  });

  it("see an older text that is written over a newer one, and how long it stands", () => {
    const readers = new Readers();
    readers.look([shown("q1w0 q1w1", ["Stop"])], 0);
    readers.look([shown("q1w0", ["Stop"])], 100);
    readers.look([shown("q1w0", ["Stop"])], 900);
    expect(readers.stepsBack(1_000), "it stands still").toEqual([900]);
    readers.look([shown("q1w0 q1w1 q1w2", ["Stop"])], 1_100);
    expect(readers.stepsBack(5_000)).toEqual([1_000]);
  });

  it("see an answer that had ended and can be stopped again", () => {
    const readers = new Readers();
    readers.look([shown("q1w0", ["Stop"])], 0);
    readers.look([shown("q1w0", ["Regenerate", "Continue"])], 100);
    readers.look([shown("q1w0 q1w1", ["Stop"])], 200);
    readers.look([shown("q1w0", ["Regenerate"])], 700);
    expect(readers.stepsBack(1_000)).toEqual([500]);
  });
});
