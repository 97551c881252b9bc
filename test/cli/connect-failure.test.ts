import { describe, expect, it } from "vitest";
import { FeishuApiError, FeishuInputError } from "../../extensions/feishu/index.ts";
import { explainConnectFailure } from "../../src/cli/connect-failure.ts";

describe("why an account could not be connected", () => {
  it("[D16] is said in the person's language, with what to do", () => {
    const wrongSecret = new FeishuApiError({
      operation: "auth",
      apiCode: 10015,
      apiMessage: "app secret invalid",
      httpStatus: 400,
    });
    expect(explainConnectFailure(wrongSecret, "en")).toMatch(/^wrong app secret \(10015\)\n {4}→ .+/u);
    expect(explainConnectFailure(wrongSecret, "zh")).toMatch(/^.*\p{Script=Han}.* \(10015\)\n {4}→ .*\p{Script=Han}/u);
    const wrongId = new FeishuInputError("ws.connect", "appId", "malformed-id", "is odd");
    expect(explainConnectFailure(wrongId, "zh")).toContain("凭证与基础信息");
    expect(explainConnectFailure(new Error("something else"), "zh")).toBe("something else");
  });
});
