import { describe, expect, it } from "vitest";
import { FeishuApiError } from "../../../extensions/feishu/client/index.ts";
import type { Audited } from "../../../extensions/feishu/delivery/reply/audit.ts";
import { auditedIn, noteAudited, soften } from "../../../extensions/feishu/delivery/reply/audit.ts";

const refusal = (apiCode: number, apiMessage: string, httpStatus = 400): FeishuApiError =>
  new FeishuApiError({ operation: "im.message.create", apiCode, apiMessage, httpStatus });

describe("what a content audit has refused", () => {
  it.each<[string, unknown, readonly Audited[]]>([
    ["names one kind", refusal(1, "contains EMAIL_ADDRESS."), ["EMAIL_ADDRESS"]],
    ["names several", refusal(1, "URL, IP_ADDRESS"), ["IP_ADDRESS", "URL"]],
    ["names none, by its code", refusal(230_028, "The messages do NOT pass the audit"), ["EMAIL_ADDRESS"]],
    ["names one, with its code", refusal(230_028, "found: URL"), ["URL"]],
    ["a longer word is no kind", refusal(1, "BASE_URL EMAIL_ADDRESSES"), []],
    ["another refusal", refusal(230_001, "invalid parameter"), []],
    ["a failing server says nothing of the text", refusal(230_028, "EMAIL_ADDRESS", 500), []],
    ["no answer", new Error("EMAIL_ADDRESS"), []],
  ])("%s", (_name, error, found) => {
    expect(auditedIn(error)).toEqual(found);
  });

  const TEXT = "a.b+c@d-e.fg at 10.0.0.1, see https://x.test and http://y.test; @you, 1.2.3";
  it.each<[readonly Audited[], string]>([
    [[], TEXT],
    [["EMAIL_ADDRESS"], "a.b+c[at]d-e.fg at 10.0.0.1, see https://x.test and http://y.test; @you, 1.2.3"],
    [["IP_ADDRESS"], "a.b+c@d-e.fg at 10[.]0[.]0[.]1, see https://x.test and http://y.test; @you, 1.2.3"],
    [["URL"], "a.b+c@d-e.fg at 10.0.0.1, see https[:]//x.test and http[:]//y.test; @you, 1.2.3"],
    [
      ["URL", "EMAIL_ADDRESS", "IP_ADDRESS"],
      "a.b+c[at]d-e.fg at 10[.]0[.]0[.]1, see https[:]//x.test and http[:]//y.test; @you, 1.2.3",
    ],
  ])("only what was named is written otherwise (%j)", (found, soft) => {
    expect(soften(TEXT, new Set(found))).toBe(soft);
  });

  it("helps once: the same again is no reason to try again", () => {
    const softened = new Set<Audited>();
    expect(noteAudited(softened, refusal(1, "EMAIL_ADDRESS"))).toBe(true);
    expect(noteAudited(softened, refusal(1, "EMAIL_ADDRESS"))).toBe(false);
    expect(noteAudited(softened, refusal(1, "EMAIL_ADDRESS and URL"))).toBe(true);
    expect([...softened]).toEqual(["EMAIL_ADDRESS", "URL"]);
    expect(noteAudited(softened, refusal(1, "something else"))).toBe(false);
  });
});
