import { describe, expect, it } from "vitest";
import { LlmStreamError } from "../../src/llm/index.ts";
import type { LlmErrorCode, LlmErrorDetail } from "../../src/llm/index.ts";
import { toLlmError } from "../../src/llm/model/ai-error.ts";
import { resolveRetry, retryDelay } from "../../src/llm/model/retry.ts";

const policy = resolveRetry();
const error = (code: LlmErrorCode, detail?: LlmErrorDetail): LlmStreamError => new LlmStreamError(code, "x", detail);
const delay = (attempt: number, failure: LlmStreamError, random = 0.5): number | undefined =>
  retryDelay(policy, attempt, failure, () => random);

describe("retryDelay", () => {
  it("doubles, is half random, and ends after two", () => {
    const lost = error("connection-lost");
    expect([delay(1, lost, 0), delay(1, lost, 1)]).toEqual([250, 500]);
    expect([delay(2, lost, 0), delay(2, lost, 1)]).toEqual([500, 1000]);
    expect(delay(3, lost)).toBeUndefined();
    expect(retryDelay(resolveRetry({ maxRetries: 10, maxMs: 3000 }), 9, lost, () => 1)).toBe(3000);
  });

  it("does as the provider asks, unless it asks for too much", () => {
    expect(delay(1, error("provider-error", { status: 429, retryAfterMs: 7000 }))).toBe(7000);
    expect(delay(1, error("provider-error", { status: 429, retryAfterMs: 60_000 }))).toBeUndefined();
  });

  it("is only for what may pass", () => {
    const again = (failure: LlmStreamError): boolean => delay(1, failure) !== undefined;
    for (const status of [408, 429, 500, 502, 503, 529]) expect(again(error("provider-error", { status }))).toBe(true);
    for (const status of [400, 401, 402, 403, 404, 422]) expect(again(error("provider-error", { status }))).toBe(false);
    for (const providerType of ["overloaded_error", "UNAVAILABLE", "server_error", "503"]) {
      expect(again(error("provider-error", { providerType }))).toBe(true);
    }
    for (const providerType of ["invalid_request_error", "insufficient_quota", undefined]) {
      expect(again(error("provider-error", { providerType }))).toBe(false);
    }
    for (const code of ["truncated", "header-timeout", "first-event-timeout", "idle-timeout"] as const)
      expect(again(error(code))).toBe(true);
    for (const code of ["closed", "not-sse", "too-large", "total-timeout", "progress-timeout"] as const)
      expect(again(error(code))).toBe(false);
  });

  it("refuses numbers that make no sense", () => {
    expect(() => resolveRetry({ maxRetries: 11 })).toThrow(/maxRetries.*11/u);
    expect(() => resolveRetry({ baseMs: -1 })).toThrow(/baseMs/u);
  });
});

describe("toLlmError", () => {
  const now = Date.UTC(2026, 0, 1);
  const call = (statusCode: number, responseBody: string, responseHeaders: Record<string, string> = {}): Error =>
    Object.assign(new Error("secret prompt"), { statusCode, responseBody, responseHeaders });

  it("reads the wait that a provider asks for, in every form", () => {
    for (const [headers, ms] of [
      [{ "retry-after-ms": "1500" }, 1500],
      [{ "retry-after": "2" }, 2000],
      [{ "retry-after": "Thu, 01 Jan 2026 00:00:30 GMT" }, 30_000],
      [{ "retry-after": "soon" }, undefined],
      [{}, undefined],
    ] as const) {
      expect(toLlmError(call(429, "{}", headers), "p", now).retryAfterMs).toBe(ms);
    }
  });

  it("finds the provider's words in every form, and keeps others out of the message", () => {
    for (const [body, type, message] of [
      ['{"error":{"type":"overloaded_error","message":"Overloaded"}}', "overloaded_error", "Overloaded"],
      ['[{"error":{"code":503,"status":"UNAVAILABLE","message":"busy"}}]', "UNAVAILABLE", "busy"],
      ['{"error":"model not found"}', undefined, "model not found"],
      ['{"base_resp":{"status_code":1004,"status_msg":"login fail"}}', "1004", "login fail"],
      ['{"code":"InvalidApiKey","message":"Invalid API-key provided."}', "InvalidApiKey", "Invalid API-key provided."],
      ["<html>", undefined, undefined],
    ] as const) {
      const failure = toLlmError(call(503, body), "p", now);
      expect([failure.providerType, failure.providerMessage]).toEqual([type, message]);
      expect(failure.message).not.toContain("secret");
      expect(failure).toMatchObject({ code: "provider-error", status: 503, provider: "p" });
    }
  });

  it("lets our own errors be, however deep, and wraps anything else", () => {
    const own = error("truncated");
    expect(toLlmError(new Error("outer", { cause: own }), "p", now)).toBe(own);
    expect(toLlmError("odd", "p", now)).toMatchObject({ code: "provider-error", cause: "odd" });
  });
});
