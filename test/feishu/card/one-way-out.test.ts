import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../../..");
/** A part of a card that carries words, written by hand. */
const BY_HAND = /["']?tag["']?:\s*["'`](?:markdown|lark_md|plain_text|at|person|person_list)["'`]/gu;
/** What sends words to Feishu. @see test/boundary.test.ts for who may import whom */
const MAKES_PARTS = /^extensions\/feishu\/card\/(?:parts|safe-card)\.ts$/u;

const byHand = (source: string): string[] => [...source.matchAll(BY_HAND)].map(([found]) => found);

describe("[E10] words of a card", () => {
  it("go through the functions that make its parts, and nowhere else", () => {
    const files = globSync("extensions/{feishu,chat-sdk}/**/*.ts", { cwd: ROOT });
    expect(files.length).toBeGreaterThan(200);
    const broken = files
      .filter((file) => !MAKES_PARTS.test(file) && !/(^|\/)(dist|node_modules|inbound)\//u.test(file))
      .flatMap((file) => byHand(readFileSync(join(ROOT, file), "utf8")).map((found) => `${file}: ${found}`));
    expect(broken).toEqual([]);
  });

  it("are looked for by a rule that can fail", () => {
    expect(byHand('const part = { tag: "markdown", content };')).toHaveLength(1);
    expect(byHand('const part = { "tag": "plain_text", content };')).toHaveLength(1);
  });
});
