import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const { files } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { files: string[] };
/** npm always packs these. */
const ALWAYS = ["README.md", "LICENSE", "package.json"];

const isPacked = (path: string): boolean =>
  ALWAYS.includes(path) || files.some((entry) => path === entry || path.startsWith(`${entry}/`));

describe("the tarball", () => {
  it("[E11] holds every file that its documents point to", () => {
    const pages = globSync(["README.md", "README.zh.md", "CHANGELOG.md", "docs/**/*.md"], { cwd: ROOT });
    const missing = pages.flatMap((page) =>
      [...readFileSync(join(ROOT, page), "utf8").matchAll(/\]\((?!https?:|#|mailto:)(?<link>[^)#\s]+)/gu)]
        .map(({ groups }) => relative(ROOT, normalize(join(ROOT, dirname(page), groups?.["link"] ?? ""))))
        .filter((path) => path !== "" && !isPacked(path))
        .map((path) => `${page}: ${path}`),
    );
    expect(pages.length).toBeGreaterThan(20);
    expect(missing).toEqual([]);
  });
});
