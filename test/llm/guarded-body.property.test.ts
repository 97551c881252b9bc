import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createGuardedFetch } from "../../src/llm/index.ts";
import type { Protocol, StreamReport } from "../../src/llm/index.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { playProvider } from "../support/llm/llm-body.ts";
import { encodeEvents, recordAnswer, wholeAnswer } from "../support/llm/llm-streams.ts";

type Step =
  | {
      readonly do:
        | "next"
        | "comment"
        | "empty"
        | "garbage"
        | "terminal"
        | "error"
        | "end"
        | "fail"
        | "abort"
        | "cancel"
        | "close";
    }
  | { readonly do: "wait"; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: fc.constant<Step>({ do: "next" }), weight: 8 },
  { arbitrary: fc.nat({ max: 90_000 }).map((ms): Step => ({ do: "wait", ms })), weight: 6 },
  {
    arbitrary: fc
      .constantFrom("comment", "empty", "garbage", "terminal", "error", "end", "fail", "abort", "cancel", "close")
      .map((what): Step => ({ do: what })),
    weight: 6,
  },
);

/** Longer than any clock of the guard, the grace windows and the drain together. */
const LONG_MS = 25 * 60_000;

describe("a guarded body", () => {
  it("ends exactly once, leaves no timer and lets go of the provider, whatever happens in whatever order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<Protocol>("openai-chat", "openai-responses", "anthropic", "gemini"),
        fc.array(step, { maxLength: 25 }),
        fc.boolean(),
        fc.nat({ max: 5000 }),
        async (protocol, steps, stuck, slowMs) => {
          const clock = new FakeClock({ settleRounds: 1 });
          const provider = playProvider({ stuck });
          const reports: StreamReport[] = [];
          const stop = new AbortController();
          const guard = createGuardedFetch({
            clock,
            protocol,
            fetch: provider.fetch,
            onEnd: (report) => reports.push(report),
          });
          const response = await guard("https://llm.example/", {
            body: '{"stream":true}',
            method: "POST",
            signal: stop.signal,
          });
          const reader = (response.body as ReadableStream<Uint8Array>).getReader();
          let ended = false;
          const consume = async (): Promise<void> => {
            try {
              while (!(await reader.read()).done) {
                // A slow consumer: the clocks must not take it for a slow provider.
                if (slowMs > 0) await new Promise<void>((resolve) => void clock.setTimer(slowMs, resolve));
              }
            } catch {
              // How it ends is not the point here, only that it does.
            }
            ended = true;
          };
          const consuming = consume();

          const answer = recordAnswer(protocol);
          const events = wholeAnswer(answer);
          const push = (text: string): void => {
            try {
              provider.push(text);
            } catch {
              // The body was cancelled or ended before; a real socket would be closed too.
            }
          };
          const act: Record<Exclude<Step["do"], "wait">, () => unknown> = {
            next: () => push(encodeEvents(events.splice(0, 1))),
            comment: () => push(": ping\n\n"),
            empty: () => push(encodeEvents([answer.empty])),
            garbage: () => push("data: {\n\n"),
            terminal: () => push(encodeEvents(answer.terminal)),
            error: () => push(encodeEvents([answer.error])),
            end: () => tryTo(() => provider.end()),
            fail: () => tryTo(() => provider.fail(new Error("reset"))),
            abort: () => stop.abort(new Error("stop")),
            // Cancelling a body that broke before rejects, as for any stream.
            cancel: () => reader.cancel().catch(() => {}),
            close: () => guard.close(),
          };
          for (const { do: what, ...rest } of steps) {
            if (what === "wait") await clock.advance((rest as { ms: number }).ms);
            else await act[what]();
          }
          await clock.advance(LONG_MS);
          await consuming;
          expect(ended).toBe(true);
          expect(reports).toHaveLength(1);
          expect(clock.pending).toBe(0);
          expect(provider.signal?.aborted).toBe(true);
        },
      ),
      { numRuns: 400 },
    );
  });
});

function tryTo(work: () => void): void {
  try {
    work();
  } catch {
    // See `push`.
  }
}
