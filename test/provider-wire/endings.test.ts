import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { endingOf, finishReasons, isGoodEnding } from "../../src/provider-wire/index.ts";

describe("[E6] reasons to stop", () => {
  const rows = Object.entries(finishReasons);

  it("mean the same at every provider that uses the word", () => {
    const seen = new Map<string, string>();
    for (const [provider, { reasons }] of rows)
      for (const [kind, words] of Object.entries(reasons))
        for (const word of words) {
          const known = seen.get(word.toLowerCase()) ?? kind;
          expect(kind, `${word} at ${provider}`).toBe(known);
          seen.set(word.toLowerCase(), kind);
        }
  });

  it.each(rows)("%s: each is told as what it is, in any case, with its source", (_, { source, reasons }) => {
    expect(source).toMatch(/^https:\/\//u);
    for (const [kind, words] of Object.entries(reasons))
      for (const word of words) {
        expect(endingOf(word)).toEqual({ kind, reason: word });
        expect(endingOf(word.toUpperCase())?.kind).toBe(kind);
      }
  });

  it("are all told in docs/en/reference/llm.md, under their kind", () => {
    const page = readFileSync(join(import.meta.dirname, "../../docs/en/reference/llm.md"), "utf8");
    for (const [, { reasons }] of rows)
      for (const [kind, words] of Object.entries(reasons)) {
        const row = page.split("\n").find((line) => line.startsWith(`| \`${kind}\``)) ?? "";
        for (const word of words) expect(row, kind).toContain(`\`${word}\``);
      }
  });

  it("that nobody documents are no good ends, and words for not yet are none at all", () => {
    const ending = endingOf("something_new");
    expect(ending).toEqual({ kind: "unknown", reason: "something_new" });
    expect(ending === undefined || isGoodEnding(ending)).toBe(false);
    for (const word of ["null", "", null, undefined, 0, false, "FINISH_REASON_UNSPECIFIED"])
      expect(endingOf(word)).toBeUndefined();
    expect(endingOf(`a\n${"x".repeat(200)}`)?.reason).toHaveLength(61);
  });
});
