import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createGuardedFetch } from "../../src/llm/index.ts";
import type { Protocol } from "../../src/llm/index.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { encodeEvents, recordAnswer, wholeAnswer } from "../support/llm/llm-streams.ts";

const PATHS: Readonly<Record<Protocol, string>> = {
  "openai-chat": "/v1/chat/completions",
  "openai-responses": "/v1/responses",
  anthropic: "/v1/messages",
  gemini: "/v1beta/models/x:streamGenerateContent",
  ollama: "/api/chat",
};

/** What the guard makes of a body that arrives in these chunks. */
async function through(protocol: Protocol, chunks: readonly Uint8Array[]): Promise<string> {
  const body = ReadableStream.from(chunks);
  const response = new Response(body, { headers: { "content-type": "text/event-stream" } });
  const guard = createGuardedFetch({ clock: new FakeClock(), fetch: async () => response });
  return (await guard(`https://llm.example${PATHS[protocol]}`, { method: "POST", body: '{"stream":true}' })).text();
}

function split(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const at = [...new Set(cuts.map((cut) => cut % bytes.length))].sort((a, b) => a - b);
  return [0, ...at].map((from, i) => bytes.slice(from, at[i] ?? bytes.length)).filter((chunk) => chunk.length > 0);
}

describe("a stream of events", () => {
  it("decodes the same however its bytes are cut, whatever its line ends, comments and byte order mark", async () => {
    const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<Protocol>("openai-chat", "openai-responses", "anthropic", "gemini"),
        fc.array(text, { minLength: 1, maxLength: 6 }),
        fc.constantFrom("\n", "\r\n", "\r"),
        fc.constantFrom("", ": ping"),
        fc.boolean(),
        fc.array(fc.nat(), { maxLength: 40 }),
        async (protocol, words, eol, comment, mark, cuts) => {
          const events = wholeAnswer(recordAnswer(protocol, words));
          const noise = comment === "" ? "" : `${comment}${eol}${eol}`;
          const wire = `${mark ? "\uFEFF" : ""}${events.map((event) => noise + encodeEvents([event], eol)).join("")}`;
          const decoded = await through(protocol, split(new TextEncoder().encode(wire), cuts));
          expect(decoded).toBe(encodeEvents(events));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("gives back a prefix of the answer and then breaks, wherever the connection ends too early", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<Protocol>("openai-chat", "openai-responses", "anthropic", "gemini"),
        fc.nat(),
        async (protocol, n) => {
          const answer = recordAnswer(protocol);
          const whole = encodeEvents(wholeAnswer(answer));
          const before = new TextEncoder().encode(encodeEvents([...answer.start, ...answer.deltas])).length;
          // Without its blank line the last event before the cut still counts, so the cut comes before the terminal event's JSON ends.
          const bytes = new TextEncoder().encode(whole).slice(0, n % (before + 10));
          const seen: string[] = [];
          const response = new Response(ReadableStream.from([bytes]), {
            headers: { "content-type": "text/event-stream" },
          });
          const guard = createGuardedFetch({ clock: new FakeClock(), fetch: async () => response });
          const guarded = await guard(`https://llm.example${PATHS[protocol]}`, {
            method: "POST",
            body: '{"stream":true}',
          });
          const read = async (): Promise<void> => {
            const decoder = new TextDecoder();
            for await (const chunk of guarded.body ?? []) seen.push(decoder.decode(chunk, { stream: true }));
          };
          await expect(read()).rejects.toMatchObject({ code: "truncated" });
          expect(whole.startsWith(seen.join(""))).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });
});
