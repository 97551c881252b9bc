import { describe, expect, it } from "vitest";
import { FeishuApiError, FeishuTransportError } from "../../../extensions/feishu/client/index.ts";
import { explainFailure } from "../../../extensions/feishu/doctor/explain-failure.ts";

/** As undici throws it: a TypeError whose cause has the code. */
function network(code: string, told: object = {}): FeishuTransportError {
  const inner = Object.assign(new Error(`getaddrinfo ${code}`), { code, ...told });
  const cause = new TypeError("fetch failed", { cause: new AggregateError([inner]) });
  return new FeishuTransportError({ operation: "auth", code: "network", detail: code, maybeApplied: false, cause });
}

describe("explainFailure", () => {
  it.each([
    ["ENOTFOUND", /name is not known/u, /domain.*DNS/u],
    ["EAI_AGAIN", /name server/u, /DNS/u],
    ["ECONNREFUSED", /nothing listens/u, /cardstream emulator/u],
    ["ECONNRESET", /cut/u, /proxy/u],
    ["SELF_SIGNED_CERT_IN_CHAIN", /certificate/u, /NODE_EXTRA_CA_CERTS/u],
    ["ESOMETHING", /could not be reached/u, /proxy/u],
  ])("[D9] gives %s a cause and a fix", (code, cause, fix) => {
    const { detail, fix: what } = explainFailure(network(code));
    expect(detail?.en).toMatch(cause);
    expect(what?.en).toMatch(fix);
    expect(what?.zh).toMatch(/\p{Script=Han}|NODE_EXTRA/u);
  });

  it("[D9] names the host that was tried", () => {
    const detail = (told: object): unknown => explainFailure(network("ECONNREFUSED", told)).detail;
    expect(detail({ address: "127.0.0.1", port: 9 })).toEqual({
      en: "nothing listens at that address (127.0.0.1:9)",
      zh: "该地址没有服务（127.0.0.1:9）",
    });
    expect(explainFailure(network("ENOTFOUND", { hostname: "feishu.invalid" })).detail?.en).toContain(
      "(feishu.invalid)",
    );
    expect(detail({})).toMatchObject({ en: "nothing listens at that address" });
  });

  it("[D9] tells a timeout from an answer that is not Feishu's", () => {
    const init = { operation: "auth", detail: "x", maybeApplied: false };
    expect(explainFailure(new FeishuTransportError({ ...init, code: "timeout" })).detail?.en).toContain("time limit");
    const html = new FeishuTransportError({ ...init, code: "bad-body", httpStatus: 502 });
    expect(explainFailure(html).detail?.en).toContain("HTTP 502");
  });

  it("[D9] leads from a code nobody knows to cardstream explain", () => {
    const error = new FeishuApiError({ operation: "x", apiCode: 239_999, apiMessage: "secret words", httpStatus: 400 });
    expect(explainFailure(error)).toMatchObject({
      code: 239_999,
      fix: { en: expect.stringContaining("explain 239999") },
    });
    expect(JSON.stringify(explainFailure(error))).not.toContain("secret words");
  });
});
