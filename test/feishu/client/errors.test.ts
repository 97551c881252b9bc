import { describe, expect, it } from "vitest";
import { FeishuInputError } from "../../../extensions/feishu/client/errors.ts";
import { FeishuApiError, FeishuTransportError, findErrorRow } from "../../../extensions/feishu/client/index.ts";
import type { FeishuApiErrorInit } from "../../../extensions/feishu/client/errors.ts";

const apiError = (init: Partial<FeishuApiErrorInit>): FeishuApiError =>
  new FeishuApiError({ operation: "im.message.create", apiCode: 1, apiMessage: "", httpStatus: 400, ...init });

describe("what an error says", () => {
  it("names operation, meaning and code", () => {
    const row = findErrorRow({ code: 300_317 });
    const error = apiError({ operation: "cardkit.card.update", apiCode: 300_317 });
    expect(error.message).toBe(`cardkit.card.update failed: ${row?.meaning.en} (300317)`);
    expect(error.final).toBeUndefined();
  });

  it("says that a code is not known, and gives the log id", () => {
    expect(apiError({ apiCode: 7, logId: "20260101" }).message).toBe(
      "im.message.create failed: Feishu refused it (7, log id 20260101)",
    );
  });

  it("names the scopes, and how to mend what only a person can", () => {
    const url = "https://console.example";
    const permissionViolations = ["im:a", "im:b"].map((scope) => ({ scope, url }));
    const row = findErrorRow({ code: 99_991_672 });
    const error = apiError({ apiCode: 99_991_672, permissionViolations });
    expect(error.message).toBe(
      `im.message.create failed: ${row?.meaning.en}: im:a, im:b (99991672). ${row?.remedy.en}`,
    );
    expect(apiError({ apiCode: 7, permissionViolations: [] }).message).toBe(
      "im.message.create failed: Feishu refused it (7)",
    );
  });

  it("shows neither Feishu's words nor the row when it is printed", () => {
    const error = apiError({ apiCode: 300_317, apiMessage: "what somebody wrote" });
    expect(JSON.stringify(error)).not.toContain("what somebody wrote");
    expect(Object.keys(error)).not.toContain("row");
    expect([error.apiMessage, error.row]).toEqual(["what somebody wrote", findErrorRow({ code: 300_317 })]);
  });

  it("of the transport names operation, detail and code", () => {
    const cause = new Error("socket");
    const error = new FeishuTransportError({
      operation: "im.message.create",
      code: "timeout",
      detail: "no answer",
      maybeApplied: true,
      cause,
    });
    expect(error.message).toBe("im.message.create failed: no answer (timeout)");
    expect(error).toMatchObject({ name: "FeishuTransportError", cause, httpStatus: undefined, logId: undefined });
  });

  it.each([
    ["too-long", "too-large"],
    ["missing-id", "invalid"],
    ["empty", "invalid"],
  ] as const)("of an argument (%s) names the field and the rule", (code, kind) => {
    const error = new FeishuInputError("im.message.create", "text", code, "breaks the rule");
    expect(error).toMatchObject({
      name: "FeishuInputError",
      field: "text",
      code,
      kind,
      operation: "im.message.create",
    });
    expect(error.message).toBe(`im.message.create not sent: text breaks the rule (${code})`);
  });
});

describe("the kind of a code that is not known", () => {
  it.each([
    [429, "rate-limited"],
    [428, "unknown"],
    [499, "unknown"],
    [500, "server"],
    [503, "server"],
  ])("with HTTP %i is %s", (httpStatus, kind) => {
    expect(apiError({ apiCode: 7, httpStatus }).kind).toBe(kind);
  });

  it("is the row's where there is one, whatever the status", () => {
    expect(apiError({ apiCode: 300_317, httpStatus: 500 }).kind).toBe("sequence-conflict");
  });
});

describe("the sub-code of a 230099", () => {
  it.each([
    ["ext=ErrCode: 200570; ErrMsg: x", 200_570],
    ["ErrCode:200570;", 200_570],
    ["ErrCode:   200570", 200_570],
    ["ErrCode: none", undefined],
    ["", undefined],
  ])("in %j is %s", (apiMessage, subCode) => {
    const error = apiError({ apiCode: 230_099, apiMessage });
    expect(error.subCode).toBe(subCode);
    expect(error.message).toContain(subCode === undefined ? "(230099)" : `(230099/${subCode})`);
  });

  it("of any other code is none", () => {
    expect(apiError({ apiCode: 230_001, apiMessage: "ErrCode: 200570;" }).subCode).toBeUndefined();
  });
});

describe("the row for an answer", () => {
  it("of an unknown sub-code is that of 230099", () => {
    expect(findErrorRow({ code: 230_099, subCode: 1 })).toMatchObject({ code: 230_099, kind: "invalid" });
    expect(findErrorRow({ code: 230_099, subCode: 11_310, message: "no table" })).toMatchObject({ code: 11_310 });
    expect(findErrorRow({ code: 11_310 })).toBeUndefined();
  });

  it("goes by the operation that begins like the row's", () => {
    const rows = ["im.message.update", "im.message.update.other", undefined].map((operation) =>
      findErrorRow({ code: 230_072, operation }),
    );
    expect(rows.map((row) => row?.kind)).toEqual(["expired", "expired", "invalid"]);
    expect(findErrorRow({ code: 230_072, operation: "my.im.message.update" })).toBe(rows[2]);
  });

  it("without an operation is that which holds everywhere, and for a text the one that names it", () => {
    const general = findErrorRow({ code: 300_315, operation: "cardkit.card.update" });
    expect(general?.text).toBeUndefined();
    expect(findErrorRow({ code: 300_315 })).toBe(general);
    const inner = findErrorRow({ code: 300_315, message: "x, inner code: 200860" });
    expect(inner).toMatchObject({ kind: "too-large" });
    expect(findErrorRow({ code: 300_315, message: "x, inner code: 200860", operation: "cardkit.card.update" })).toBe(
      inner,
    );
  });
});
