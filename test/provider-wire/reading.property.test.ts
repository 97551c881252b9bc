import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hintOf, readWire, WireError } from "../../src/provider-wire/index.ts";
import type { BodyHint, WirePart } from "../../src/provider-wire/index.ts";
import { collect } from "../support/llm/feed.ts";
import { hear, readStreamFiles } from "../support/llm/stream-files.ts";

const FILES = readStreamFiles();
const HINTS: readonly BodyHint[] = ["sse", "json", "html", "text", "none"];

async function read(
  chunks: readonly Uint8Array[],
  hint: BodyHint,
  thinkTags = FILES[0]?.thinkTags,
): Promise<WirePart[]> {
  const source = async function* (): AsyncGenerator<Uint8Array> {
    yield* chunks;
  };
  return collect(readWire(source(), { hint, thinkTags }));
}

function split(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const at = [...new Set(cuts.map((cut) => cut % Math.max(1, bytes.length)))].sort((a, b) => a - b);
  return [0, ...at].map((from, i) => bytes.slice(from, at[i] ?? bytes.length));
}

/** Whether a stream may have comments and pings between its events. */
const isSse = ({ type, transform, body }: (typeof FILES)[number]): boolean =>
  type.startsWith("text/event-stream") &&
  transform === undefined &&
  body.includes("\n\n") &&
  /^(?:data|event|id|:)/u.test(body);

describe("[E6] a provider's body", () => {
  it("gives the same parts however it is cut", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...FILES), fc.array(fc.nat(), { maxLength: 30 }), async (file, cuts) => {
        const hint = hintOf(file.type);
        const whole = hear(await read([file.bytes], hint, file.thinkTags));
        expect(hear(await read(split(file.bytes, cuts), hint, file.thinkTags))).toEqual(whole);
      }),
      { numRuns: 300 },
    );
  });

  it("gives the same parts whatever comments and pings stand between its events", async () => {
    const noise = fc.constantFrom(
      ": keep-alive\n\n",
      ":\n\n",
      "\n",
      ": OPENROUTER PROCESSING\n",
      "event: ping\ndata: {}\n\n",
      `data: {"type":"ping"}\n\n`,
      "retry: 3000\n\n",
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...FILES.filter(isSse)),
        fc.array(fc.record({ at: fc.nat(), noise }), { maxLength: 6 }),
        async (file, noises) => {
          const hint = hintOf(file.type);
          const whole = hear(await read([file.bytes], hint, file.thinkTags));
          const events = file.body.split(/(?<=\n\n)/u);
          for (const { at, noise: text } of noises) events.splice(at % (events.length + 1), 0, text);
          // After the last event, which may be cut, nothing is put.
          const bytes = new TextEncoder().encode(events.join(""));
          if (!file.body.endsWith("\n\n")) return;
          expect(hear(await read([bytes], hint, file.thinkTags))).toEqual(whole);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("whatever it holds, ends in one end or one typed error, and nothing is thrown", async () => {
    const json = fc.json({ maxDepth: 4 });
    const piece = fc.oneof(
      fc.string({ unit: "binary", maxLength: 40 }),
      json.map((text) => `data: ${text}\n\n`),
      json.map((text) => `${text}\n`),
      fc.constantFrom(...FILES.map(({ body }) => body)),
      fc.constantFrom("data: [DONE]\n\n", "event: error\n", "\r", "<think>", "</think>", "{", '{"choices":[', "\uFEFF"),
      fc
        .record({
          choices: fc.array(fc.anything({ maxDepth: 3 }), { maxLength: 2 }),
          error: fc.anything({ maxDepth: 1 }),
        })
        .map(
          (value) => `data: ${JSON.stringify(value, (_, item: unknown) => (typeof item === "bigint" ? 1 : item))}\n\n`,
        ),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 6 }),
        fc.constantFrom(...HINTS),
        fc.array(fc.nat(), { maxLength: 8 }),
        async (texts, hint, cuts) => {
          const parts = await read(split(new TextEncoder().encode(texts.join("")), cuts), hint, "auto");
          const ends = parts.filter(({ type }) => type === "end" || type === "error");
          expect(ends).toHaveLength(1);
          expect(parts.at(-1)).toBe(ends[0]);
          for (const part of parts) if (part.type === "error") expect(part.error).toBeInstanceOf(WireError);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("that is plain text keeps every character, in any pieces, whatever it looks like", async () => {
    const text = fc.string({
      unit: fc.constantFrom("a", "字", "😀", " ", "\n", "{", "}", "[", "data", ":", '"', "`", "event"),
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat(), { maxLength: 8 }), async (given, cuts) => {
        const parts = await read(split(new TextEncoder().encode(given), cuts), "none", "auto");
        const heard = hear(parts);
        expect(heard.ending).toBe("complete");
        expect(heard.text).toBe(given);
      }),
      { numRuns: 300 },
    );
  });
});
