import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { errorReference } from "../../../extensions/feishu/scripts/error-reference.ts";

describe("docs/reference/errors.md", () => {
  it("is what the error table says; after a change run `node extensions/feishu/scripts/error-reference.ts`", () => {
    expect(readFileSync(new URL("../../../docs/reference/errors.md", import.meta.url), "utf8")).toBe(errorReference());
  });
});
