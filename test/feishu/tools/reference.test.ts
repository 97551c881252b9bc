import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { toolReference } from "../../../extensions/feishu/scripts/tool-reference.ts";

it.each(["en", "zh"] as const)("[C11] docs/%s/reference/mcp.md is what the tools say of themselves", (language) => {
  const page = readFileSync(join(import.meta.dirname, `../../../docs/${language}/reference/mcp.md`), "utf8");
  // Formatting may wrap lines and change marks of lists, not words.
  const words = (text: string): string => text.replace(/\s+/gu, " ").trim();
  expect(words(page)).toBe(words(toolReference(language)));
});
