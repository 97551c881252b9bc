import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { errorReference } from "../../../extensions/feishu/scripts/error-reference.ts";

describe.each(["en", "zh"] as const)("docs/%s/reference/errors.md", (language) => {
  it("is what the error table says; after a change run `node extensions/feishu/scripts/error-reference.ts`", () => {
    const page = new URL(`../../../docs/${language}/reference/errors.md`, import.meta.url);
    expect(readFileSync(page, "utf8")).toBe(errorReference(language));
  });
});
