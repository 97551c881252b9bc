import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LlmStreamError } from "../../src/llm/index.ts";
import { settle } from "../support/fake-clock.ts";
import { HostBench, testSettings } from "../support/host-bench.ts";
import type { StepTurn } from "../support/llm/step-model.ts";

/** What a model may do next. */
const act = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("text" as const),
      text: fc.string({ minLength: 1, maxLength: 40, unit: "grapheme" }),
    }),
  },
  fc.record({ do: fc.constant("reason" as const), text: fc.string({ minLength: 1, maxLength: 10 }) }),
  fc.record({ do: fc.constant("tool" as const), failed: fc.boolean() }),
  fc.record({ do: fc.constant("step" as const) }),
  fc.record({ do: fc.constant("retry" as const) }),
  fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 2000 }) }),
);
/** How it ends, or is ended. */
const ending = fc.constantFrom(
  "finish",
  "fail",
  "silent",
  "stop-button",
  "stop-command",
  "new-message",
  "process-stop",
  "deadline",
  "tool-never-ends",
);

describe("[B16] whatever a model does and however it is ended", () => {
  it("the reply ends exactly once, with the text kept, no tool running, no timer left", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(act, { maxLength: 12 }),
        ending,
        fc.constantFrom("partial", "block", "off" as const),
        async (acts, end, streaming) => {
          const bench = new HostBench({
            streaming,
            settings: {
              queueMode: "interrupt",
              turnTimeoutMs: 60_000,
              block: { ...testSettings.block, minChars: 10, maxChars: 50 },
            },
          });
          await bench.say("go");
          const { turn } = bench.model;
          const { reply } = bench;
          const said = await play(bench, turn, acts);
          await finish(bench, turn, end);
          await bench.clock.runUntil(bench.host.stop(), 60_000);

          expect(reply.end).toBeDefined();
          expect(reply.lateEnds).toBe(0);
          const lastState = new Map(reply.tools.map(({ id, state }) => [id, state]));
          expect([...lastState.values()]).not.toContain("running");
          // Everything said is in the answer, or was a remark before a tool call; in order, each once.
          expect([...reply.commentary, reply.text].join("").replace(/\n\n/gu, "")).toBe(said.replace(/\n\n/gu, ""));
          expect(bench.clock.pending).toBe(0);
          expect(turn.request.signal?.aborted).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});

async function play(bench: HostBench, turn: StepTurn, acts: readonly ActOf[]): Promise<string> {
  let step = 0;
  let calls = 0;
  let said = "";
  turn.step(0);
  for (const act of acts) {
    switch (act.do) {
      case "text":
        turn.text(act.text);
        said += act.text;
        break;
      case "reason":
        turn.push({ type: "reasoning-delta", text: act.text });
        break;
      case "tool": {
        const call = { toolCallId: `t${calls++}`, toolName: "tool" } as const;
        turn.push({ type: "tool-call", ...call, input: {} });
        turn.push(
          act.failed
            ? { type: "tool-error", ...call, error: new Error("no") }
            : { type: "tool-result", ...call, output: 1 },
        );
        break;
      }
      case "step":
        turn.step(++step);
        break;
      case "retry":
        turn.push({ type: "retry", attempt: 1, delayMs: 10, error: new Error("busy") });
        break;
      case "wait":
        await bench.clock.advance(act.ms);
        break;
    }
  }
  await settle();
  return said;
}

type ActOf = typeof act extends fc.Arbitrary<infer T> ? T : never;

async function finish(bench: HostBench, turn: StepTurn, end: string): Promise<void> {
  switch (end) {
    case "finish":
      turn.finish();
      break;
    case "fail":
      turn.fail(new LlmStreamError("connection-lost", "gone"));
      break;
    case "silent":
      turn.endSilently();
      break;
    case "stop-button":
      await bench.press(bench.opened(1).options.buttons?.stop?.value);
      break;
    case "stop-command":
      await bench.say("/stop");
      break;
    case "new-message":
      await bench.say("something else");
      break;
    case "deadline":
      await bench.clock.advance(60_001);
      break;
    case "tool-never-ends":
      turn.push({ type: "tool-call", toolCallId: "hang", toolName: "tool", input: {} });
      await settle();
      break;
    default:
      break;
  }
  await settle();
}
