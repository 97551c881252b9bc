import { describe, expect, it } from "vitest";
import { askForOneWord, describeModelFailure } from "../../../src/cli/models/ask-model.ts";
import { cliStrings } from "../../../src/cli/strings/index.ts";
import { watchModel } from "../../../src/cli/models/watched-model.ts";
import { LlmStreamError } from "../../../src/llm/index.ts";
import type { ChatModel, StreamPart, TurnRequest } from "../../../src/llm/index.ts";
import type { LogFields } from "../../../src/log/index.ts";
import { silentLogger } from "../../../src/log/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";

const URL = "https://api.example.com/v1";

function watched(
  parts: (request: TurnRequest) => AsyncGenerator<StreamPart>,
  options: { failWhenSilent?: boolean } = {},
): {
  model: ChatModel;
  clock: FakeClock;
  lines: [string, LogFields | undefined][];
} {
  const clock = new FakeClock();
  const lines: [string, LogFields | undefined][] = [];
  const inner: ChatModel = { provider: "example", model: "m", streamTurn: parts, async close() {} };
  const logger = { ...silentLogger, warn: (text: string, fields?: LogFields) => void lines.push([text, fields]) };
  return { model: watchModel(inner, { clock, logger, url: URL, ...options }), clock, lines };
}

const refused = (status: number): LlmStreamError =>
  new LlmStreamError("provider-error", `the provider answered HTTP ${status}`, {
    status,
    providerMessage: "Incorrect API key provided",
  });

async function* failing(error: Error): AsyncGenerator<StreamPart> {
  yield { type: "start-step", step: 0 };
  throw error;
}

async function* hanging(): AsyncGenerator<StreamPart> {
  yield { type: "start-step", step: 0 };
  await new Promise(() => {});
}

async function* stoppable({ signal }: TurnRequest): AsyncGenerator<StreamPart> {
  yield { type: "start-step", step: 0 };
  await new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
}

async function drain(model: ChatModel): Promise<void> {
  for await (const _ of model.streamTurn({ messages: [] }));
}

describe("a model that does not answer", () => {
  it("[E11] that refuses is logged with URL, model, HTTP status and the provider's words", async () => {
    const { model, lines } = watched(() => failing(refused(401)));
    await expect(drain(model)).rejects.toThrow("HTTP 401");
    expect(lines).toEqual([
      [
        "the model failed",
        { model: "example/m", url: URL, code: "provider-error", status: 401, said: "Incorrect API key provided" },
      ],
    ]);
  });

  it("[E11] whose words may quote the question is logged without them", async () => {
    const { model, lines } = watched(() => failing(refused(400)));
    await drain(model).catch(() => {});
    expect(lines[0]?.[1]).toMatchObject({ status: 400, said: undefined });
  });

  it("[E11] that hangs is logged after 30 s, and a check of it ends then", async () => {
    const { model, clock, lines } = watched(hanging);
    const asked = askForOneWord(model, clock, new AbortController().signal).catch((error: unknown) => error);
    await clock.advance(29_999);
    expect(lines).toEqual([]);
    await clock.advance(1);
    expect(lines).toEqual([["the model has not answered for 30 s", { model: "example/m", url: URL }]]);
    const error = await asked;
    expect(error).toMatchObject({ code: "header-timeout" });
    const text = describeModelFailure({ name: "example/m", url: URL, error }, cliStrings.en);
    expect(text).toMatch(
      /^example\/m: does not work: no answer within 30 s .*\n {4}https:\/\/api\.example\.com\/v1\n {4}→ /u,
    );
    const zh = describeModelFailure({ name: "example/m", url: URL, error }, cliStrings.zh);
    expect(zh).toContain("example/m：不可用：30 秒内没有应答（header-timeout）");
  });

  it("[E11] that hangs fails a turn after 30 s where somebody waits for it, and no other", async () => {
    for (const failWhenSilent of [true, false]) {
      const { model, clock } = watched(stoppable, { failWhenSilent });
      let error: unknown;
      void drain(model).catch((thrown: unknown) => (error = thrown));
      await clock.advance(29_999);
      expect(error).toBeUndefined();
      await clock.advance(1);
      expect(error instanceof LlmStreamError).toBe(failWhenSilent);
    }
  });

  it("[E11] that is asked again and again fails it with what it was refused for", async () => {
    async function* retrying(request: TurnRequest): AsyncGenerator<StreamPart> {
      yield { type: "retry", attempt: 1, delayMs: 60_000, error: refused(429) };
      yield* stoppable(request);
    }
    const { model, clock } = watched(retrying, { failWhenSilent: true });
    const error = drain(model).catch((thrown: unknown) => thrown);
    await clock.advance(30_000);
    expect(await error).toMatchObject({ code: "provider-error", status: 429 });
  });

  it("[E11] is described in Chinese but for the provider's own words", () => {
    const cause = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { code: "ECONNREFUSED" });
    const lost = new LlmStreamError("connection-lost", "no connection: ECONNREFUSED", { cause });
    const describe = (error: unknown): string | undefined =>
      describeModelFailure({ name: "example/m", url: URL, error }, cliStrings.zh).split("\n")[0];
    expect(describe(lost)).toBe("example/m：不可用：连接失败或中断（ECONNREFUSED，connection-lost）");
    expect(describe(refused(401))).toBe("example/m：不可用：服务商拒绝了请求（HTTP 401，provider-error）");
  });
});
