import { describe, expect, it } from "vitest";
import { hintOf, readWire, WireReader } from "../../src/provider-wire/index.ts";
import type { WirePart } from "../../src/provider-wire/index.ts";
import { collect } from "../support/llm/feed.ts";
import { CUTS, expected, hear, pieces, readStreamFiles } from "../support/llm/stream-files.ts";

describe("[E6] the reading of every stream in the library", () => {
  it.each(readStreamFiles().map((file) => [file.name, file] as const))("%s", async (_, file) => {
    for (const how of CUTS) {
      const options = { hint: hintOf(file.type), thinkTags: file.thinkTags };
      const heard = hear(await collect(readWire(pieces(file.bytes, how), options)));
      expect(heard, how).toEqual(expected(file, heard));
    }
  });
});

describe("[E6] words that are JSON", () => {
  const textOf = (parts: readonly { readonly type: string }[]): string =>
    parts.map((part) => ("text" in part ? String(part.text) : "")).join("");

  it("are shown as they come, where no sender says that a provider answers", () => {
    const reader = new WireReader();
    expect(textOf(reader.push('{ "name": "Ann", '))).toBe('{ "name": "Ann", ');
    expect(textOf(reader.push('"choices": []}'))).toBe('"choices": []}');
    expect(reader.end()).toEqual([{ type: "end", ending: { kind: "complete", reason: undefined } }]);
  });

  it("are waited for while they may be a provider's answer", () => {
    const reader = new WireReader();
    expect(reader.push('{"id":"1","object":"chat.completion",')).toEqual([]);
    const rest = reader.push('"choices":[{"index":0,"message":{"content":"Hello"},"finish_reason":"stop"}]}');
    expect(textOf([...rest, ...reader.end()])).toBe("Hello");
  });
});

describe("[E6] a source that throws", () => {
  const chunk = (delta: object): string => `data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\n\n`;

  it("has said what was kept back, and calls no tool that was not asked for to the end", async () => {
    const source = async function* (): AsyncGenerator<Uint8Array> {
      yield new TextEncoder().encode(chunk({ content: "Is 1 " }));
      yield new TextEncoder().encode(
        chunk({ tool_calls: [{ index: 0, id: "a", function: { name: "alpha", arguments: '{"x"' } }] }),
      );
      yield new TextEncoder().encode(chunk({ content: "\n<th" }));
      throw new Error("socket hang up");
    };
    const parts: WirePart[] = [];
    const read = async (): Promise<void> => {
      for await (const part of readWire(source(), { hint: "sse" })) parts.push(part);
    };
    await expect(read()).rejects.toThrow("socket hang up");
    expect(hear(parts)).toMatchObject({ text: "Is 1 \n<th", tools: [] });
  });
});
