import { existsSync, globSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { allPages, readPage, ROOT } from "./page.ts";
import type { Page } from "./page.ts";

/** What is wrong with a link, or undefined. */
function broken(from: Page, target: string, pages: ReadonlyMap<string, Page>): string | undefined {
  if (/^(?:https?|mailto):/u.test(target)) return URL.canParse(target) ? undefined : "is no URL";
  const [file = "", anchor] = target.split("#").map(decodeURIComponent);
  const path = file === "" ? from.path : normalize(join(dirname(from.path), file));
  if (path.startsWith("..")) return "leaves the repository";
  const page = pages.get(path);
  if (page === undefined) return existsSync(join(ROOT, path)) ? undefined : "does not exist";
  return anchor === undefined || page.anchors.has(anchor) ? undefined : `has no heading for #${anchor}`;
}

const pages = new Map(allPages().map((page) => [page.path, page]));

describe("links", () => {
  it("lead to files and headings that exist", () => {
    const wrong = [...pages.values()].flatMap((page) =>
      page.links.flatMap(({ target, line }) => {
        const why = broken(page, target, pages);
        return why === undefined ? [] : [`${page.path}:${line}: ${target} ${why}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  it("are checked by a rule that can fail", () => {
    const page = readPage("docs/x.md", "# Here\n");
    const own = new Map([[page.path, page]]);
    expect(broken(page, "#here", own)).toBeUndefined();
    expect(broken(page, "#there", own)).toBe("has no heading for #there");
    expect(broken(page, "nowhere.md", pages)).toBe("does not exist");
    expect(broken(page, "../../etc/passwd", pages)).toBe("leaves the repository");
    expect(broken(page, "../package.json", pages)).toBeUndefined();
  });

  it("show every picture that there is", () => {
    const shown = new Set(
      [...pages.values()].flatMap((page) =>
        page.links.map(({ target }) => normalize(join(dirname(page.path), target))),
      ),
    );
    const pictures = globSync("docs/images/**/*.{png,svg}", { cwd: ROOT });
    expect(pictures.length).toBeGreaterThan(5);
    expect(pictures.filter((path) => !shown.has(path))).toEqual([]);
  });

  it.each(["en", "zh"])("in the index of docs/%s name every page", (language) => {
    const index = pages.get(`docs/${language}/README.md`);
    const linked = new Set(index?.links.map(({ target }) => normalize(join(dirname(index.path), target))));
    const missing = [...pages.keys()]
      .filter((path) => path.startsWith(`docs/${language}/`) || path.startsWith("docs/decisions/"))
      .filter((path) => path !== index?.path && !linked.has(path));
    expect(linked.size).toBeGreaterThan(10);
    expect(missing).toEqual([]);
  });
});
