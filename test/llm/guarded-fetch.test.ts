import { describe, expect, it } from "vitest";
import { createGuardedFetch } from "../../src/llm/index.ts";
import type { Fetch, GuardedFetchOptions, LlmStreamError, StreamReport } from "../../src/llm/index.ts";
import type { LogFields } from "../../src/log/index.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { playProvider } from "../support/llm/llm-body.ts";
import type { PlayedProvider } from "../support/llm/llm-body.ts";
import { encodeEvents, recordAnswer } from "../support/llm/llm-streams.ts";

const CHAT = "https://llm.example/v1/chat/completions";
const ANTHROPIC = "https://llm.example/v1/messages";
const GEMINI = "https://llm.example/v1beta/models/x:streamGenerateContent?alt=sse";
const STREAM: RequestInit = { method: "POST", body: '{"stream":true}' };

const chat = recordAnswer("openai-chat");
const anthropic = recordAnswer("anthropic");
const gemini = recordAnswer("gemini");

/** Reads one chunk, as text; undefined at the end. */
type Read = () => Promise<string | undefined>;

interface Opened {
  readonly clock: FakeClock;
  readonly reports: StreamReport[];
  readonly read: Read;
  readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly response: Response;
}

async function open(
  provider: PlayedProvider,
  url: string = CHAT,
  options: Partial<GuardedFetchOptions> = {},
  init: RequestInit = STREAM,
): Promise<Opened> {
  const clock = new FakeClock();
  const reports: StreamReport[] = [];
  const guard = createGuardedFetch({
    clock,
    provider: "fake",
    fetch: provider.fetch,
    onEnd: (r) => reports.push(r),
    ...options,
  });
  const response = await guard(url, init);
  const reader = response.body?.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  const decoder = new TextDecoder();
  const read: Read = async () => {
    const { done, value } = await reader.read();
    return done ? undefined : decoder.decode(value, { stream: true });
  };
  return { clock, reports, read, reader, response };
}

/** Settles to the error's code, or fails when there was none. */
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "no error",
    (error: LlmStreamError) => error.code,
  );

describe("[B18] clocks", () => {
  it("give up on headers after 60 s, on plain answers after 10 min, and leave no timer", async () => {
    for (const [body, ms] of [
      ['{"stream":true}', 60_000],
      ['{"stream":false}', 600_000],
    ] as const) {
      const clock = new FakeClock();
      const provider = playProvider({ never: true });
      const promise = codeOf(createGuardedFetch({ clock, fetch: provider.fetch })(CHAT, { method: "POST", body }));
      await clock.advance(ms - 1);
      expect(provider.signal?.aborted).toBe(false);
      expect(await clock.runUntil(promise)).toBe("header-timeout");
      expect(clock.now()).toBe(ms);
      expect(provider.signal?.aborted).toBe(true);
      expect(clock.pending).toBe(0);
    }
  });

  it("give up after 120 s without a byte, after 60 s of silence in between", async () => {
    const { clock, read, reports } = await open(playProvider());
    expect(await clock.runUntil(codeOf(read()))).toBe("first-event-timeout");
    expect(clock.now()).toBe(120_000);
    expect(clock.pending).toBe(0);
    expect(reports).toMatchObject([{ outcome: "first-event-timeout", events: 0, bytes: 0, ms: 120_000 }]);

    const provider = playProvider();
    const opened = await open(provider);
    provider.push(encodeEvents(chat.start));
    await opened.read();
    expect(await opened.clock.runUntil(codeOf(opened.read()))).toBe("idle-timeout");
    expect(opened.clock.now()).toBe(60_000);
    expect(provider.cancelled).toBe(true);
  });

  it("give up after 180 s of comments and empty deltas", async () => {
    for (const nothing of [": ping\n\n", encodeEvents([chat.empty])]) {
      const provider = playProvider();
      const { clock, read } = await open(provider);
      provider.push(encodeEvents(chat.deltas.slice(0, 1)));
      await read();
      const readOn = async (): Promise<void> => {
        while ((await read()) !== undefined);
      };
      const done = codeOf(readOn());
      for (let i = 0; i < 17; i++) {
        await clock.advance(10_000);
        provider.push(nothing);
      }
      expect(await clock.runUntil(done)).toBe("progress-timeout");
      expect(clock.now()).toBe(180_000);
    }
  });

  it("stand still while the consumer is not reading", async () => {
    const provider = playProvider();
    const { clock, read } = await open(provider);
    await clock.advance(500_000);
    provider.push(encodeEvents(chat.deltas.slice(0, 1)));
    expect(await read()).toContain("你好");
    await clock.advance(500_000);
    const next = codeOf(read());
    await clock.advance(59_000);
    provider.push(encodeEvents(chat.deltas.slice(1, 2)));
    expect(await next).toBe("no error");
  });

  it("end everything after 20 min, read or not", async () => {
    const provider = playProvider();
    const { clock, read, reports } = await open(provider);
    provider.push(encodeEvents(chat.deltas));
    await read();
    await clock.advance(20 * 60_000);
    expect(await codeOf(read())).toBe("total-timeout");
    expect(provider.cancelled).toBe(true);
    expect(reports).toMatchObject([{ outcome: "total-timeout" }]);
  });
});

describe("the end of an answer", () => {
  const untilTerminal = encodeEvents([...chat.start, ...chat.deltas, ...chat.terminal]);

  it("[B14] waits 1.5 s for usage after a chat's last word, then writes the closer", async () => {
    const provider = playProvider();
    const { clock, read, reports } = await open(provider);
    provider.push(untilTerminal);
    await read();
    expect(await clock.runUntil(read())).toBe("data: [DONE]\n\n");
    expect(clock.now()).toBe(1500);
    expect(await read()).toBeUndefined();
    expect(reports).toMatchObject([{ outcome: "ok", endedBy: "grace", protocol: "openai-chat" }]);
  });

  it("ends at once when usage or the closer comes", async () => {
    for (const last of [chat.usage, chat.closer]) {
      const provider = playProvider();
      const { clock, read, reports } = await open(provider);
      provider.push(untilTerminal);
      await read();
      const next = read();
      await clock.advance(100);
      provider.push(encodeEvents(last));
      await next;
      const rest = (await read()) ?? "data: [DONE]";
      expect(rest).toContain("data: [DONE]");
      expect(clock.now()).toBe(100);
      expect(reports).toMatchObject([{ endedBy: "closer" }]);
    }
  });

  it("[B13] waits 0.5 s in the other protocols and closes as Anthropic does", async () => {
    const provider = playProvider();
    const { clock, read } = await open(provider, ANTHROPIC);
    provider.push(encodeEvents([...anthropic.start, ...anthropic.deltas, ...anthropic.terminal]));
    await read();
    expect(await clock.runUntil(read())).toBe('event: message_stop\ndata: {"type":"message_stop"}\n\n');
    expect(clock.now()).toBe(500);
  });

  it("is not put off by pings, comments and repeated terminal events", async () => {
    const provider = playProvider();
    const { clock, read } = await open(provider, ANTHROPIC);
    provider.push(encodeEvents([...anthropic.start, ...anthropic.deltas, ...anthropic.terminal]));
    const all = async (): Promise<void> => {
      while ((await read()) !== undefined);
    };
    const done = all();
    for (let i = 0; i < 8; i++) {
      await clock.advance(50);
      provider.push(`${encodeEvents([anthropic.empty, ...anthropic.terminal.slice(1)])}: comment\n\n`);
    }
    await clock.runUntil(done);
    expect(clock.now()).toBe(500);
  });

  it("[B15] moves on when text follows, and waits longer for those who cry wolf", async () => {
    const stamp = (text: string): string =>
      encodeEvents([
        { data: JSON.stringify({ candidates: [{ content: { parts: [{ text }] }, finishReason: "STOP" }] }) },
      ]);
    const provider = playProvider();
    const { clock, read } = await open(provider, GEMINI);
    const texts: string[] = [];
    const all = async (): Promise<void> => {
      for (let chunk = await read(); chunk !== undefined; chunk = await read()) texts.push(chunk);
    };
    const done = all();
    for (const text of ["one ", "two ", "three"]) {
      provider.push(stamp(text));
      await clock.advance(2900);
    }
    await clock.runUntil(done);
    expect(texts.join("")).toMatch(/one .*two .*three/su);
    expect(clock.now()).toBe(2 * 2900 + 3000);
    expect(recordAnswer("gemini").terminal).toEqual(gemini.terminal);
  });

  it("is an end also when the connection breaks afterwards", async () => {
    const provider = playProvider();
    const { read, reports } = await open(provider);
    provider.push(untilTerminal);
    await read();
    const next = read();
    provider.fail(new Error("ECONNRESET"));
    expect(await next).toBe("data: [DONE]\n\n");
    expect(reports).toMatchObject([{ outcome: "ok" }]);
  });

  it("lets the consumer go first, then reads on for 250 ms and cancels", async () => {
    const provider = playProvider();
    const { clock, read } = await open(provider);
    provider.push(encodeEvents([...chat.deltas, ...chat.terminal, ...chat.closer]));
    await read();
    expect(await read()).toBeUndefined();
    expect(provider.cancelled).toBe(false);
    await clock.advance(249);
    expect(provider.cancelled).toBe(false);
    await clock.advance(1);
    expect(provider.cancelled).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it("waits for every choice of several", async () => {
    const choice = (index: number, delta: object, finish_reason: string | null = null): string =>
      encodeEvents([{ data: JSON.stringify({ choices: [{ index, delta, finish_reason }] }) }]);
    const provider = playProvider();
    const { clock, read, reports } = await open(provider);
    provider.push(choice(0, { content: "a" }) + choice(1, { content: "b" }) + choice(0, {}, "stop"));
    await read();
    const next = read();
    await clock.advance(20_000);
    provider.push(choice(1, { content: "c" }) + choice(1, {}, "stop"));
    expect(await next).toContain('"c"');
    await clock.runUntil(read());
    expect(clock.now()).toBe(21_500);
    expect(reports).toMatchObject([{ outcome: "ok" }]);
  });
});

describe("breaking off", () => {
  it("gives the text first and the provider's error after it, without keys", async () => {
    const provider = playProvider();
    const { read, reports } = await open(provider);
    provider.push(encodeEvents([...chat.deltas.slice(0, 1), chat.error, ...chat.deltas.slice(1)]));
    expect(await read()).toContain("你好");
    const error = await read().catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: "provider-error",
      providerType: "server_error",
      providerMessage: "The engine is overloaded, key ***",
    });
    expect(String(error)).not.toContain("engine");
    expect(reports).toMatchObject([{ outcome: "provider-error", events: 2 }]);
  });

  it("settles at once when it is aborted, though the body never does", async () => {
    const provider = playProvider({ stuck: true });
    const stop = new AbortController();
    const { clock, read } = await open(provider, CHAT, {}, { ...STREAM, signal: stop.signal });
    const reason = new Error("stop");
    const pending = read().catch((error: unknown) => error);
    stop.abort(reason);
    expect(await pending).toBe(reason);
    expect(clock.now()).toBe(0);
    expect(clock.pending).toBe(0);

    const never = playProvider({ never: true });
    const guard = createGuardedFetch({ clock, fetch: never.fetch });
    await expect(guard(CHAT, { ...STREAM, signal: stop.signal })).rejects.toBe(reason);
    expect(never.calls).toBe(0);
  });

  it("lets go of the provider when the consumer cancels, unless the answer is complete", async () => {
    const broken = playProvider({ stuck: true });
    const early = await open(broken);
    broken.push(encodeEvents(chat.deltas));
    await early.read();
    await early.reader.cancel();
    expect(broken.cancelled).toBe(true);
    expect(early.reports).toMatchObject([{ outcome: "cancelled" }]);

    const whole = playProvider();
    const late = await open(whole);
    whole.push(encodeEvents([...chat.deltas, ...chat.terminal]));
    await late.read();
    await late.reader.cancel();
    expect(whole.cancelled).toBe(false);
    await late.clock.advance(250);
    expect(whole.cancelled).toBe(true);
    expect(late.reports).toMatchObject([{ outcome: "ok" }]);
  });

  it("tells a quiet client's guard instead of the client", async () => {
    const provider = playProvider();
    const clock = new FakeClock();
    const guard = createGuardedFetch({ clock, fetch: provider.fetch });
    const broken: LlmStreamError[] = [];
    const response = await guard.quiet((error) => broken.push(error))(CHAT, STREAM);
    provider.push(encodeEvents(chat.deltas));
    provider.end();
    expect(await response.text()).toContain("说完了");
    expect(broken).toMatchObject([{ code: "truncated" }]);
  });

  it("names the reason of a failed connection, not its address", async () => {
    const fetch: Fetch = () =>
      Promise.reject(
        new TypeError("fetch failed", {
          cause: Object.assign(new Error("connect 10.0.0.1:443?key=1"), { code: "ECONNREFUSED" }),
        }),
      );
    const error = await createGuardedFetch({ clock: new FakeClock(), fetch })(CHAT, STREAM).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: "connection-lost", message: "no connection: ECONNREFUSED (connection-lost)" });
  });

  it("refuses an event without end", async () => {
    const provider = playProvider();
    const { read } = await open(provider, CHAT, { maxEventChars: 1000 });
    provider.push(`data: ${"x".repeat(2000)}`);
    expect(await codeOf(read())).toBe("too-large");
  });

  it("[B20] ends running streams when it is closed, and takes no new ones", async () => {
    const provider = playProvider({ stuck: true });
    const clock = new FakeClock();
    const guard = createGuardedFetch({ clock, fetch: provider.fetch });
    const response = await guard(CHAT, STREAM);
    const pending = codeOf(response.text());
    await guard.close();
    await guard.close();
    expect(await pending).toBe("closed");
    expect(await codeOf(guard(CHAT, STREAM))).toBe("closed");
    expect(clock.pending).toBe(0);
  });
});

describe("bad moments", () => {
  it("hears an abort at every moment around the headers", async () => {
    for (let moment = 0; moment < 12; moment++) {
      const stop = new AbortController();
      const reason = new Error("stop");
      const provider = playProvider();
      const abortSoon = async (): Promise<void> => {
        for (let i = 0; i < moment; i++) await Promise.resolve();
        stop.abort(reason);
      };
      const fetch: Fetch = async (input, init) => {
        void abortSoon();
        return provider.fetch(input, init);
      };
      const clock = new FakeClock();
      const guard = createGuardedFetch({ clock, fetch });
      const read = async (): Promise<string> => (await guard(CHAT, { ...STREAM, signal: stop.signal })).text();
      await expect(read()).rejects.toBe(reason);
      expect(clock.pending).toBe(0);
    }
  });

  it("does not let a listener's mistake touch the stream", async () => {
    const provider = playProvider();
    const { read } = await open(provider, CHAT, {
      onEnd: () => {
        throw new Error("listener");
      },
    });
    provider.push(encodeEvents([...chat.deltas, ...chat.terminal, ...chat.closer]));
    expect(await read()).toContain("[DONE]");
    expect(await read()).toBeUndefined();
  });
});

describe("what is no stream", () => {
  it("says what came instead, with the provider's explanation", async () => {
    const provider = playProvider({ headers: { "content-type": "application/json" } });
    const { read } = await open(provider);
    provider.push('{"error":{"code":"1113","message":"账户已欠费"}}');
    expect(await read().catch((error: unknown) => error)).toMatchObject({
      code: "not-sse",
      status: 200,
      providerType: "1113",
      providerMessage: "账户已欠费",
    });
  });

  it("is told apart from a stream with a wrong or missing label", async () => {
    const provider = playProvider({ headers: { "content-type": "text/plain" } });
    const { read } = await open(provider);
    provider.push(`\r\n: hello\n\n${encodeEvents([...chat.deltas, ...chat.terminal])}`);
    expect(await read()).toContain("你好");
  });

  it("passes when it was not asked to be one, or is an error", async () => {
    const json = '{"error":{"message":"no"}}';
    for (const [status, body] of [
      [200, "{}"],
      [400, '{"stream":true}'],
    ] as const) {
      const provider = playProvider({ status, headers: { "content-type": "application/json", "x-request-id": "r1" } });
      const { response, reports } = await open(provider, CHAT, {}, { method: "POST", body });
      expect(response.status).toBe(status);
      expect(response.headers.get("x-request-id")).toBe("r1");
      expect(reports).toEqual([]);
      const guard = createGuardedFetch({ clock: new FakeClock(), fetch: async () => new Response(json, { status }) });
      expect(await (await guard(CHAT, { method: "POST", body })).text()).toBe(json);
    }
  });

  it("fails when there is no body at all", async () => {
    const guard = createGuardedFetch({
      clock: new FakeClock(),
      fetch: async () => new Response(null, { status: 204 }),
    });
    expect(await codeOf(guard(CHAT, STREAM))).toBe("not-sse");
    expect((await guard(CHAT, { method: "POST", body: "{}" })).status).toBe(204);
  });
});

describe("diagnostics", () => {
  it("[B19] warns of garbage once, counts it, and tells the rest at debug level without any text", async () => {
    const lines: { level: string; message: string; fields: LogFields | undefined }[] = [];
    const log = (level: string) => (message: string, fields?: LogFields) => void lines.push({ level, message, fields });
    const logger = { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") };
    const provider = playProvider();
    const { read, reports } = await open(provider, CHAT, { logger });
    provider.push(
      encodeEvents([
        ...chat.deltas,
        { data: '{"choi' },
        { data: "null" },
        { data: '{"object":"ping"}' },
        ...chat.terminal,
        ...chat.closer,
      ]),
    );
    expect(await read()).not.toMatch(/\{"choi\n|null\n|ping/u);
    expect(reports).toMatchObject([{ outcome: "ok", garbage: 3 }]);
    expect(lines.map((line) => line.level)).toEqual(["warn", "debug", "debug", "debug"]);
    expect(JSON.stringify(lines)).not.toContain("你好");
  });
});

describe("protocols", () => {
  it("are recognised by the first event when the path says nothing", async () => {
    const url = "https://proxy.example/llm";
    for (const [answer, protocol] of [
      [chat, "openai-chat"],
      [anthropic, "anthropic"],
      [gemini, "gemini"],
      [recordAnswer("openai-responses"), "openai-responses"],
    ] as const) {
      const provider = playProvider();
      const { clock, read, reports } = await open(provider, url);
      provider.push(encodeEvents([...answer.start, ...answer.deltas, ...answer.terminal]));
      await read();
      await clock.runUntil(read());
      expect(reports).toMatchObject([{ protocol, outcome: "ok" }]);
    }
  });

  it("that are unknown end with the connection", async () => {
    const provider = playProvider();
    const { read, reports } = await open(provider, "https://proxy.example/llm");
    provider.push('data: {"hello":1}\n\n');
    expect(await read()).toBe('data: {"hello":1}\n\n');
    provider.end();
    expect(await read()).toBeUndefined();
    expect(reports).toMatchObject([{ protocol: "unknown", outcome: "ok", endedBy: "eof" }]);
  });

  it("know an answer that was refused before it began", async () => {
    const provider = playProvider();
    const { clock, read } = await open(provider, GEMINI);
    provider.push('data: {"promptFeedback":{"blockReason":"SAFETY"}}\n\n');
    await read();
    expect(await clock.runUntil(read())).toBeUndefined();
  });
});

describe("createGuardedFetch", () => {
  it("names the option that makes no sense", () => {
    const clock = new FakeClock();
    expect(() => createGuardedFetch({ clock, timeouts: { idleMs: 0 } })).toThrow(/timeouts\.idleMs.*got 0/u);
    expect(() => createGuardedFetch({ clock, proxy: "7890" })).toThrow(/proxy/u);
    expect(() => createGuardedFetch({ clock, proxy: "http://127.0.0.1:1", fetch: playProvider().fetch })).toThrow(
      /proxy/u,
    );
    expect(() => createGuardedFetch({ clock, maxEventChars: -1 })).toThrow(/maxEventChars/u);
  });

  it("lets a clock be switched off", async () => {
    const provider = playProvider();
    const { clock, read } = await open(provider, CHAT, { timeouts: { firstEventMs: Infinity, totalMs: Infinity } });
    const pending = read();
    await clock.advance(24 * 3_600_000);
    provider.push(encodeEvents(chat.deltas));
    expect(await pending).toContain("你好");
  });
});
