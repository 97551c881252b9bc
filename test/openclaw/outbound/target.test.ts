import { describe, expect, it } from "vitest";
import { normalizePlace, parsePlace } from "../../../extensions/feishu/openclaw/outbound/target.ts";

describe("targets", () => {
  it.each([
    ["user:ou_abc", "user:ou_abc"],
    ["feishu:user:ou_abc", "user:ou_abc"],
    ["lark:ou_abc", "user:ou_abc"],
    ["ou_abc", "user:ou_abc"],
    ["on_abc", "user:on_abc"],
    ["direct:ou_abc", "user:ou_abc"],
    ["direct:oc_abc", "chat:oc_abc"],
    ["user:u_7f3c", "user:u_7f3c"],
    ["someone@example.com", "user:someone@example.com"],
    ["oc_abc", "chat:oc_abc"],
    ["group:oc_abc", "chat:oc_abc"],
    ["chat:oc_abc:topic:omt_1", "chat:oc_abc:topic:omt_1"],
    ["oc_abc:topic:om_1:sender:ou_2", "chat:oc_abc:topic:om_1"],
  ])("%s is %s", (raw, normal) => {
    expect(normalizePlace(raw)).toBe(normal);
  });

  it.each(["", "user:", "somebody", "chat:ou abc", "oc_", "u_7f3c"])("%j is none", (raw) => {
    expect(parsePlace(raw)).toBeUndefined();
  });
});
