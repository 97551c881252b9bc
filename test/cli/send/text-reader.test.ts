import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BinaryInputError, readText } from "../../../src/cli/send/text-reader.ts";

async function* chunks(...parts: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

async function read(parts: Uint8Array[], encoding?: string): Promise<string> {
  let text = "";
  for await (const piece of readText(chunks(...parts), { encoding })) text += piece;
  return text;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("readText", () => {
  it("[D15] decodes UTF-8 cut anywhere", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom("a", "字", "é", "👍", "\n", " ") }),
        fc.integer({ min: 1, max: 5 }),
        async (text, size) => {
          const raw = bytes(text);
          const parts = Array.from({ length: Math.ceil(raw.length / size) }, (_, i) =>
            raw.slice(i * size, (i + 1) * size),
          );
          expect(await read(parts)).toBe(text);
        },
      ),
    );
  });

  it("leaves out the half of a character at the end of a cut input", async () => {
    expect(await read([bytes("流式").slice(0, 5)])).toBe("流");
  });

  it("shows a stray byte as U+FFFD", async () => {
    const line = bytes("a line of a log that is otherwise fine\n");
    expect(await read([line, Uint8Array.of(0xe9), line])).toContain("\uFFFD");
  });

  it.each([
    ["random bytes", Uint8Array.from({ length: 4096 }, (_, i) => (i * 7919 + (i >> 3)) & 0xff)],
    ["a PNG", Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13)],
    ["UTF-16", Uint8Array.from("text".split("").flatMap((char) => [char.charCodeAt(0), 0]))],
    ["GBK", Uint8Array.of(0xc1, 0xf7, 0xca, 0xbd, 0xca, 0xe4, 0xb3, 0xf6)],
  ])("[D15] refuses %s before giving anything", async (_, raw) => {
    const pieces: string[] = [];
    await expect(
      (async () => {
        for await (const piece of readText(chunks(raw))) pieces.push(piece);
      })(),
    ).rejects.toThrow(BinaryInputError);
    expect(pieces).toEqual([]);
  });

  it("[D15] reads other encodings when told", async () => {
    expect(await read([Uint8Array.of(0xc1, 0xf7, 0xca), Uint8Array.of(0xbd)], "gb18030")).toBe("流式");
    await expect(read([bytes("x")], "klingon")).rejects.toThrow(RangeError);
  });
});
