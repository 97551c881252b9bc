import { describe, expect, it } from "vitest";
import { allPages } from "./page.ts";

describe("README.zh.md", () => {
  it("[D16] shows the same commands and pictures as README.md, and leads to the same pages", () => {
    const [english, chinese] = ["README.md", "README.zh.md"].map((path) =>
      allPages().find((page) => page.path === path),
    );
    const own = new Set(["README.md", "README.zh.md", "docs/en/glossary.md"]);
    const targets = (page: typeof english): string[] =>
      [...new Set(page?.links.map(({ target }) => target.replace("docs/zh/", "docs/en/")))]
        .filter((target) => !own.has(target))
        .toSorted();
    expect(targets(chinese)).toEqual(targets(english));
    expect(chinese?.fences.map(({ code }) => code)).toEqual(english?.fences.map(({ code }) => code));
    expect(targets(english).length).toBeGreaterThan(5);
  });
});
