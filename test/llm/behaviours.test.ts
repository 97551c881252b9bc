import { APIConnectionTimeoutError } from "@anthropic-ai/sdk";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createGuardedFetch, findLlmError } from "../../src/llm/index.ts";
import type { GuardedFetch, LlmErrorCode, StreamReport } from "../../src/llm/index.ts";
import { createSystemClock } from "../../src/time/index.ts";
import { CLIENTS } from "../support/llm/llm-clients.ts";
import type { Heard, LlmClient } from "../support/llm/llm-clients.ts";
import { BEHAVIOURS, startLlmServer } from "../support/llm/llm-server.ts";
import type { Behaviour, LlmServer, Special } from "../support/llm/llm-server.ts";
import { ANSWER } from "../support/llm/llm-streams.ts";

/** What must come of each behaviour, whatever the client. */
const EXPECTED: Readonly<Record<Behaviour, "ok" | LlmErrorCode>> = {
  complete: "ok",
  "terminal-then-silence": "ok",
  "complete-socket-open": "ok",
  "late-usage-then-silence": "ok",
  "terminal-then-pings": "ok",
  "terminal-then-comments": "ok",
  "stall-in-mid-stream": "idle-timeout",
  "comments-for-ever": "progress-timeout",
  "empty-deltas-for-ever": "progress-timeout",
  "no-headers": "header-timeout",
  "headers-and-no-body": "first-event-timeout",
  "end-of-file-in-mid-answer": "truncated",
  "socket-reset": "connection-lost",
  "error-event-socket-open": "provider-error",
  "bare-cr": "ok",
  "garbage-json": "ok",
  crlf: "ok",
  "byte-order-mark": "ok",
  "one-byte-per-write": "ok",
  "bad-utf8": "ok",
  "json-instead-of-stream": "not-sse",
  "html-instead-of-stream": "not-sse",
};

/** Real time, on a machine that other tests share: a hundred clients that start at once keep it busy for seconds before it answers the first. */
const timeouts = {
  headerMs: 8000,
  firstEventMs: 8000,
  idleMs: 8000,
  progressMs: 9000,
  chatGraceMs: 3000,
  graceMs: 2500,
  stampedGraceMs: 3500,
  totalMs: 45_000,
};

type Outcome = { readonly heard: Heard } | { readonly error: unknown };

// Nearly all of these wait for a clock; together they wait no longer than one.
vi.setConfig({ maxConcurrency: 110 });

describe("the table of provider behaviours", () => {
  let server: LlmServer;
  const guards: GuardedFetch[] = [];
  const clock = createSystemClock();

  beforeAll(async () => {
    server = await startLlmServer();
  });
  afterAll(async () => {
    await Promise.all(guards.map((guard) => guard.close()));
    await server.close();
  });

  async function ask(
    client: LlmClient,
    behaviour: Behaviour | Special,
  ): Promise<{ outcome: Outcome; reports: StreamReport[] }> {
    const reports: StreamReport[] = [];
    const guard = createGuardedFetch({ clock, provider: "fake", timeouts, onEnd: (report) => reports.push(report) });
    guards.push(guard);
    const outcome = await client.ask(`${server.url}/${behaviour}`, guard).then(
      (heard): Outcome => ({ heard }),
      (error: unknown): Outcome => ({ error }),
    );
    return { outcome, reports };
  }

  const rows = CLIENTS.flatMap((client) => BEHAVIOURS.map((behaviour) => [client.name, behaviour, client] as const));

  it.concurrent.each(rows)("[B13][B14][B15][B18] %s: %s", { timeout: 60_000 }, async (_, behaviour, client) => {
    const { outcome, reports } = await ask(client, behaviour);
    const expected = EXPECTED[behaviour];
    if (expected !== "ok") {
      const error = "error" in outcome ? outcome.error : undefined;
      // This SDK says its own word for a fetch that timed out and forgets the cause.
      if (expected === "header-timeout" && error instanceof APIConnectionTimeoutError) return;
      expect(findLlmError(error) ?? outcome).toMatchObject({ code: expected, provider: "fake" });
      return;
    }
    const text = behaviour === "bad-utf8" ? ANSWER.replace("ï", "\uFFFD") : ANSWER;
    // In chat completions usage comes after the terminal event, and these servers never send it.
    const unsaid = client.protocol === "openai-chat" && behaviour.startsWith("terminal-then-");
    expect(outcome).toEqual({ heard: { text, outputTokens: unsaid ? undefined : 7 } });
    expect(reports).toMatchObject([
      { outcome: "ok", protocol: client.protocol, garbage: behaviour === "garbage-json" ? 1 : 0 },
    ]);
  });

  const special = (special: Special, protocol: string): readonly (readonly [string, Special, LlmClient])[] =>
    CLIENTS.filter((client) => client.protocol === protocol).map((client) => [client.name, special, client] as const);

  it.concurrent.each([
    ...special("no-closer", "anthropic"),
    ...special("no-closer", "openai-chat"),
    ...special("no-finish-reason", "openai-chat"),
    ...special("stop-on-every-chunk", "gemini"),
  ])("[B13][B14][B15] %s hears the whole answer of a provider that is known for: %s", async (_, behaviour, client) => {
    const { outcome } = await ask(client, behaviour);
    expect(outcome).toMatchObject({ heard: { text: ANSWER } });
  });
});
