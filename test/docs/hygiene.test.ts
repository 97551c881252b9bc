import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "./page.ts";

/** Files of the repository that hold text, by git's own word; images and fonts are left out. */
function textFiles(): { path: string; text: string }[] {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: ROOT });
  return listed
    .toString()
    .split("\0")
    .filter((path) => path !== "" && !/\.(?:png|jpg|woff2?|ico|bin|gz)$/u.test(path))
    .flatMap((path) => {
      try {
        return [{ path, text: readFileSync(join(ROOT, path), "utf8") }];
      } catch {
        return []; // deleted, but not yet from the index
      }
    });
}

/** Shapes of real keys. Made-up ones in tests are words, or counted up so that anyone sees it. */
const SECRETS: readonly RegExp[] = [
  /\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{24,}/gu,
  /\bAIza[\w-]{35}/gu,
  /\bAKIA[0-9A-Z]{16}/gu,
  /\bgh[pousr]_\w{30,}/gu,
  /\bnpm_[A-Za-z0-9]{36}/gu,
  /\b[tu]-g[0-9a-z]{20,}/gu,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/gu,
  /\beyJ[\w-]{20,}\.[\w-]{20,}\./gu,
];

const MADE_UP = /0123456789|not-?a-?real|example|x{6}|fake|test/iu;

/** Hosts that hand out packages. Where to install from is the reader's setting, not ours. */
const REGISTRY = /(?<![\w.-])(?:registry\.[\w-]+\.[a-z]{2,}|[\w-]+\.npmmirror\.com|unpkg\.com|cdn\.jsdelivr\.net)/gu;

describe("files of the repository", () => {
  const files = textFiles();

  it("hold nothing that looks like a real secret", () => {
    expect(files.length).toBeGreaterThan(100);
    const found = files.flatMap(({ path, text }) =>
      SECRETS.flatMap((pattern) => [...text.matchAll(pattern)])
        .filter(([match]) => !MADE_UP.test(match))
        .map(([match]) => `${path}: ${match.slice(0, 12)}…`),
    );
    expect(found).toEqual([]);
  });

  it("name no package registry, neither a public one nor this machine's", () => {
    const configured = process.env["npm_config_registry"];
    const own = configured !== undefined && URL.canParse(configured) ? new URL(configured).host : undefined;
    const found = files
      .filter(({ path }) => path !== "test/docs/hygiene.test.ts")
      .flatMap(({ path, text }) => {
        const hits = [...text.matchAll(REGISTRY)].map(([match]) => match);
        if (own !== undefined && text.includes(own)) hits.push("the registry that npm is set to");
        return hits.map((hit) => `${path}: ${hit}`);
      });
    expect(found).toEqual([]);
  });

  it("[D16] say 你, never the polite form, to whom they speak", () => {
    const polite = "\u{60A8}";
    // What people may say to the demo is theirs to choose.
    const found = files.filter(({ path, text }) => path !== "src/llm/scripted/answer.ts" && text.includes(polite));
    expect(found.map(({ path }) => path)).toEqual([]);
  });

  it("are looked through with patterns that can fail", () => {
    const samples = [
      `sk-${"aB3".repeat(10)}`,
      `AIza${"Ab1_-".repeat(7)}`,
      `AKIA${"A1".repeat(8)}`,
      ["-----BEGIN RSA PRIVATE", "KEY-----"].join(" "),
    ];
    for (const sample of samples) expect(SECRETS.some((pattern) => sample.search(pattern) === 0)).toBe(true);
    expect(["https://registry", "example.org/x"].join(".").match(REGISTRY)).toHaveLength(1);
    expect("this.registry.press(x)".match(REGISTRY)).toBeNull();
  });
});
