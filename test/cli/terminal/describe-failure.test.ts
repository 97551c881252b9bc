import { describe, expect, it } from "vitest";
import { FeishuApiError, FeishuInputError } from "../../../extensions/feishu/index.ts";
import { SharedStateError } from "../../../src/shared/index.ts";
import { describeFailure } from "../../../src/cli/terminal/describe-failure.ts";

describe("why an account could not be connected", () => {
  it("[D16] is said in the person's language, with what to do", () => {
    const wrongSecret = new FeishuApiError({
      operation: "auth",
      apiCode: 10015,
      apiMessage: "app secret invalid",
      httpStatus: 400,
    });
    expect(describeFailure(wrongSecret, "en")).toMatch(/^wrong app secret, or no such app \(10015\)\n {4}→ .+/u);
    expect(describeFailure(wrongSecret, "zh")).toMatch(/^.*\p{Script=Han}.*（10015）\n {4}→ .*\p{Script=Han}/u);
    const wrongId = new FeishuInputError("ws.connect", "appId", "malformed-id", "is odd");
    expect(describeFailure(wrongId, "zh")).toContain("凭证与基础信息");
    expect(describeFailure(new Error("something else"), "zh")).toBe("something else");
  });

  it("[E11] says where a shared Redis was looked for, and what to do", () => {
    const gone = new SharedStateError("unreachable", "Redis at redis://127.0.0.1:1: ECONNREFUSED");
    expect(describeFailure(gone, "zh")).toBe(
      "共用的 Redis 连不上（redis://127.0.0.1:1: ECONNREFUSED）\n    → 请启动它，或修正 shared.redis（CARDSTREAM_REDIS）；在此之前进程无法启动",
    );
    expect(describeFailure(gone, "en")).toMatch(/cannot be reached: redis:.*ECONNREFUSED\n {4}→ start it/u);
  });
});
