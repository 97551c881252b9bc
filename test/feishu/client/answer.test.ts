import { describe, expect, it } from "vitest";
import { logIdOf, readDownload, readEnvelope } from "../../../extensions/feishu/client/answer.ts";
import type { AnswerContext, RawAnswer } from "../../../extensions/feishu/client/answer.ts";

const WALL_NOW = Date.parse("2026-01-01T00:00:00Z");
const context: AnswerContext = {
  operation: "im.file.get",
  wallNow: WALL_NOW,
  grantUrl: (scopes) => `https://console.example/?q=${scopes.join(",")}`,
};

const answer = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): RawAnswer => ({
  status,
  headers: new Headers(headers),
  bytes: new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body)),
});

/** What reading throws, as plain data. */
function thrown(read: () => unknown): unknown {
  try {
    read();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

describe("reading a JSON answer", () => {
  it("gives the body when code is 0", () => {
    expect(readEnvelope(answer(200, { code: 0, data: { a: 1 } }), context)).toEqual({ code: 0, data: { a: 1 } });
    expect(readEnvelope(answer(399, { code: 0 }), context)).toEqual({ code: 0 });
  });

  it.each([
    [400, { code: 0 }, "the answer contradicts itself (code 0)", false],
    [500, { code: 0 }, "the answer contradicts itself (code 0)", true],
    [200, "", "the answer is not Feishu's JSON", true],
    [299, [1], "the answer is not Feishu's JSON", true],
    [300, null, "the answer is not Feishu's JSON", false],
    [404, { code: "0" }, "the answer is not Feishu's JSON", false],
    [499, "<html>", "the answer is not Feishu's JSON", false],
    [502, { msg: "no code" }, "the answer is not Feishu's JSON", true],
  ])("HTTP %i with %j: %s", (status, body, detail, maybeApplied) => {
    const raw = answer(status, body, { "content-type": "text/html", "x-tt-logid": "log1" });
    const error = thrown(() => readEnvelope(raw, context));
    expect(error).toMatchObject({ code: "bad-body", maybeApplied, httpStatus: status, logId: "log1" });
    expect(String(error)).toBe(
      `FeishuTransportError: im.file.get failed: ${detail}: HTTP ${status}, ${raw.bytes.byteLength} bytes of text/html (bad-body)`,
    );
  });

  it("says that nobody named the type", () => {
    expect(String(thrown(() => readEnvelope(answer(200, "x"), context)))).toContain("1 bytes of unnamed type");
  });

  it("takes an HTTP 429 without words for the gateway's rate limit", () => {
    const error = thrown(() => readEnvelope(answer(429, "slow down", { "retry-after": "2" }), context));
    expect(error).toMatchObject({ apiCode: 99_991_400, apiMessage: "", kind: "rate-limited", retryAfterMs: 2_000 });
  });

  it("takes the code that Feishu says, not the status", () => {
    const error = thrown(() => readEnvelope(answer(429, { code: 230_020, msg: "words" }), context));
    expect(error).toMatchObject({ apiCode: 230_020, apiMessage: "words", retryAfterMs: undefined });
    expect(thrown(() => readEnvelope(answer(200, { code: 1 }), context))).toMatchObject({ apiMessage: "" });
  });

  it.each([
    ["", undefined],
    ["  ", undefined],
    ["1.0001", 1_001],
    ["-5", 0],
    ["Thu, 01 Jan 2026 00:00:02 GMT", 2_000],
    ["Wed, 31 Dec 2025 23:00:00 GMT", 0],
    ["tomorrow", undefined],
    ["7200", 3_600_000],
  ])("a reset after %j is waited for %s ms", (value, retryAfterMs) => {
    const raw = answer(400, { code: 99_991_400 }, { "x-ogw-ratelimit-reset": value });
    expect(thrown(() => readEnvelope(raw, context))).toMatchObject({ retryAfterMs });
  });
});

describe("the scopes that a refusal names", () => {
  const scopesOf = (body: object): unknown =>
    (thrown(() => readEnvelope(answer(400, body), context)) as { permissionViolations: unknown }).permissionViolations;
  const asked = (...scopes: readonly string[]): object[] =>
    scopes.map((scope) => ({ scope, url: `https://console.example/?q=${scope}` }));

  it.each([
    [
      { code: 99_991_672, msg: "[im:message, contact:user.base:readonly]" },
      asked("im:message", "contact:user.base:readonly"),
    ],
    [{ code: 99_991_672, msg: "one of [im:message,words]" }, asked("im:message")],
    [{ code: 99_991_672, msg: "nothing in brackets" }, []],
    [{ code: 99_991_672 }, []],
    [{ code: 230_027, msg: "[im:message]" }, undefined],
    [{ code: 230_027, error: { permission_violations: [{ scope: "im:chat" }] } }, asked("im:chat")],
    [{ code: 230_027, error: { permission_violations: "im:chat" } }, undefined],
    [{ code: 230_027, error: { permission_violations: [{ scope: "" }, { scope: 1 }, null, ["x"]] } }, undefined],
    [
      {
        code: 99_991_672,
        msg: "[im:x]",
        error: { permission_violations: [{ scope: "im:a", url: "http://a.example" }] },
      },
      [{ scope: "im:a", url: "http://a.example" }],
    ],
    [
      { code: 99_991_672, error: { permission_violations: [{ subject: "im:a", url: "see https://a.example" }] } },
      asked("im:a"),
    ],
  ])("%j", (body, expected) => {
    expect(scopesOf(body)).toEqual(expected);
  });
});

describe("Feishu's log id", () => {
  it.each([
    [{ "x-tt-logid": "a", "x-request-id": "b" }, { log_id: "c", logid: "d" }, "a"],
    [{ "x-request-id": "b" }, { log_id: "c", logid: "d" }, "b"],
    [{}, { log_id: "c", logid: "d" }, "c"],
    [{}, { logid: "d" }, "d"],
    [{}, { log_id: 7 }, undefined],
    [{}, undefined, undefined],
    [{}, ["log"], undefined],
    [{}, null, undefined],
    [{}, "text", undefined],
  ])("of headers %j and error %j is %s", (headers, error, expected) => {
    const raw = answer(400, "", headers);
    expect(logIdOf(raw, { code: 1, error })).toBe(expected);
  });
});

describe("reading a download", () => {
  const json = { "content-type": "application/json; charset=utf-8" };
  const file = { ...json, "content-disposition": 'attachment; filename="a.json"' };

  it.each([
    ["bytes of any kind", answer(200, "GIF89a", { "content-type": "image/gif" })],
    ["bytes without a type", answer(200, "GIF89a")],
    ["a file that is JSON and has a code of its own", answer(200, { code: 7 }, file)],
    ["JSON without a code", answer(200, [1, 2], json)],
    ["JSON with code 0", answer(200, { code: 0 }, json)],
    ["a text that looks like an error", answer(200, { code: 7 }, { "content-type": "text/plain" })],
  ])("gives %s", (_what, raw) => {
    expect(readDownload(raw, context)).toBe(raw.bytes);
  });

  it.each([
    ["an error in JSON", answer(200, { code: 234_001, msg: "no" }, json), { name: "FeishuApiError", apiCode: 234_001 }],
    ["an error, whatever it calls itself", answer(400, { code: 234_001 }, file), { apiCode: 234_001, httpStatus: 400 }],
    ["a page", answer(404, "<html>"), { name: "FeishuTransportError", code: "bad-body", maybeApplied: false }],
    ["a redirect", answer(300, "x"), { code: "bad-body", maybeApplied: false, httpStatus: 300 }],
  ])("refuses %s", (_what, raw, expected) => {
    expect(thrown(() => readDownload(raw, context))).toMatchObject(expected);
  });

  it("says what a redirect is not", () => {
    expect(String(thrown(() => readDownload(answer(302, ""), context)))).toContain("the answer is no file: HTTP 302");
  });
});
