import { describe, expect, it } from "vitest";
import { LiveText, toLiveText } from "../../../extensions/feishu/openclaw/turn/live-text.ts";
import { readModelEvent } from "../../../extensions/feishu/openclaw/turn/model-events.ts";

/** Small stand-ins for the host's functions; the suite in the gateway runs with the real ones. */
const strippers = {
  stripReasoning: (text: string) => text.replace(/<think>[\s\S]*?(?:<\/think>|$)/gu, "").trim(),
  stripDirectives: (text: string) => text.replace(/\[\[[a-z_]+\]\]/gu, ""),
};

describe("toLiveText", () => {
  const samples = [
    "Plain text with `code` and\n\n```js\nconst a = [1];\n```\nand more.",
    "<think>secret plans</think>The answer.",
    "[[reply_to_current]]Hello there",
    "Here it is:\nMEDIA:/tmp/x.png\nDone",
    "NO_REPLY",
  ];

  it.each(samples)("never shows of a prefix what the whole text does not have: %j", (whole) => {
    const end = toLiveText(`${whole}\n`, strippers);
    for (let length = 0; length <= whole.length; length++) {
      const shown = toLiveText(whole.slice(0, length), strippers);
      expect(end.startsWith(shown) || shown === "", `${JSON.stringify(shown)} at ${length}`).toBe(true);
    }
    expect(end).not.toMatch(/secret|MEDIA|\[\[|NO_REPLY/u);
  });
});

describe("LiveText", () => {
  it("runs ahead of the host's text and gives way to it", () => {
    const text = new LiveText(strippers);
    expect(text.add("Look: `a")).toBe("Look: `a");
    expect(text.confirm("Look:")).toBe("Look: `a");
    expect(text.add("`.")).toBe("Look: `a`.");
    expect(text.confirm("Something else")).toBe("Something else");
    expect(text.add(" more")).toBeUndefined();
  });

  it("starts over with each call and leaves text before a tool to the host", () => {
    const text = new LiveText(strippers);
    text.add("Let me look");
    text.toolCalled();
    expect(text.add("!")).toBeUndefined();
    text.begin();
    expect(text.add("Done")).toBe("Done");
  });
});

describe("readModelEvent", () => {
  it.each([
    ['{"choices":[{"delta":{"content":"a"}}]}', { text: "a", toolCall: false }],
    ['{"choices":[{"delta":{"reasoning_content":"r"}}]}', { text: undefined, toolCall: false }],
    ['{"choices":[{"delta":{"tool_calls":[{}]}}]}', { text: undefined, toolCall: true }],
    ['{"type":"content_block_delta","delta":{"type":"text_delta","text":"b"}}', { text: "b" }],
    ['{"type":"content_block_delta","delta":{"type":"thinking_delta","thinking":"t"}}', undefined],
    ['{"type":"content_block_start","content_block":{"type":"tool_use"}}', { toolCall: true }],
    ['{"type":"response.output_text.delta","delta":"c"}', { text: "c" }],
    ["[DONE]", undefined],
    ['{"type":"ping"}', undefined],
  ])("reads %s", (data, event) => {
    expect(readModelEvent(data)).toEqual(event);
  });
});
