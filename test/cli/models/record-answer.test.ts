import { describe, expect, it } from "vitest";
import { createAnswerRecorder } from "../../../src/cli/models/record-answer.ts";
import { parseStreamFile } from "../../../src/provider-wire/index.ts";

const chunk = (delta: object, finish_reason: string | null = null): string =>
  `data: ${JSON.stringify({ id: "c", choices: [{ index: 0, delta, finish_reason }] })}\n\n`;

describe("[E6] cardstream models --record", () => {
  it("keeps an answer as a stream file that says what was understood, without keys", async () => {
    const recorder = createAnswerRecorder();
    recorder.onResponse({ contentType: "text/event-stream" })(Buffer.from("an older answer"));
    const take = recorder.onResponse({ contentType: "text/event-stream; charset=utf-8" });
    const wire = `${chunk({ content: "my-own-secret " })}${chunk({ content: "好 sk-abcdefghijklmnop" })}${chunk({}, "length")}data: [DONE]\n\n`;
    const bytes = Buffer.from(wire);
    for (let at = 0; at < bytes.length; at += 7) take(bytes.subarray(at, at + 7));
    const text = (await recorder.file("https://llm.example/v1", ["my-own-secret", ""])) ?? "";
    expect(text).not.toMatch(/my-own-secret|sk-abc|older/u);
    expect(parseStreamFile(text)).toMatchObject({
      source: "https://llm.example/v1",
      type: "text/event-stream; charset=utf-8",
      text: "*** 好 ***",
      ending: "length",
      body: wire.replace("my-own-secret", "***").replace("sk-abcdefghijklmnop", "***"),
    });
  });

  it("says nothing of an answer that never came", async () => {
    expect(await createAnswerRecorder().file("https://llm.example/v1", [])).toBeUndefined();
  });
});
