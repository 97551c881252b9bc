import { describe, expect, it } from "vitest";
import { FeishuApiError, FeishuTransportError, finalCause } from "../../../extensions/feishu/client/index.ts";

const refusal = (operation: string, apiCode: number): FeishuApiError =>
  new FeishuApiError({ operation, apiCode, apiMessage: "", httpStatus: 400 });

describe("what only a person can mend", () => {
  it.each([
    ["auth.tenantAccessToken", 10003, "app"],
    ["auth.tenantAccessToken", 10014, "app"],
    ["auth.tenantAccessToken", 10015, "app"],
    ["cardkit.card.create", 99991662, "app"],
    ["im.message.create", 99991672, "app"],
    ["im.message.create", 230002, "target"],
    ["im.message.reply", 99992354, "target"],
  ])("[E11] %s refused with %i is final: %s", (operation, code, cause) => {
    expect(finalCause(refusal(operation, code))).toBe(cause);
  });

  it.each([
    ["auth.tenantAccessToken", 99991400],
    ["auth.tenantAccessToken", 2200],
    ["auth.tenantAccessToken", 1999999],
    ["auth.tenantAccessToken", 20099],
    ["cardkit.card.create", 99991672],
    ["im.message.create", 230099],
    ["im.message.create", 230020],
    ["im.message.patch", 230002],
  ])("[E11] %s refused with %i may work later or in another way", (operation, code) => {
    expect(finalCause(refusal(operation, code))).toBeUndefined();
  });

  it("[E11] a call without an answer may work later", () => {
    const broken = new FeishuTransportError({
      operation: "im.message.create",
      code: "network",
      detail: "",
      maybeApplied: false,
    });
    expect(finalCause(broken)).toBeUndefined();
  });
});
