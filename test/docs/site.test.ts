import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { problemsOf } from "../../scripts/docs/check-site.ts";
import { toSiteLinks } from "../../scripts/docs/links.ts";
import { entriesOf, writePages } from "../../scripts/docs/pages.ts";
import { ROOT } from "./page.ts";
import { removeFolder } from "../support/remove-folder.ts";

let folder: string | undefined;
afterEach(() => {
  if (folder !== undefined) removeFolder(folder);
  folder = undefined;
});
const newFolder = (): string => (folder = mkdtempSync(join(tmpdir(), "cardstream-site-")));

/** The only link of a page, on the site. */
function link(path: string, target: string, reading: "en" | "zh" = "en"): string | undefined {
  return /\]\(([^)]+)\)/u.exec(toSiteLinks(path, `see [it](${target})`, reading).text)?.[1];
}

describe("links of the site", () => {
  it("lead from a page to pages of its language, to the project's pages, to files and to pictures", () => {
    expect(link("docs/en/how-to/pipe.md", "../reference/cli.md#in-the-chat")).toBe("/reference/cli#in-the-chat");
    expect(link("docs/zh/how-to/pipe.md", "../reference/cli.md", "zh")).toBe("/zh/reference/cli");
    expect(link("docs/zh/how-to/pipe.md", "../README.md", "zh")).toBe("/zh/");
    expect(link("docs/zh/README.md", "../en/README.md", "zh")).toBe("/");
    expect(link("docs/en/README.md", "../../ARCHITECTURE.md")).toBe("/project/architecture");
    expect(link("ARCHITECTURE.md", "src/cli/program.ts")).toBe("/files/src/cli/program_ts");
    expect(link("docs/en/how-to/x.md", "../../images/a.png")).toBe("/images/a.png");
    expect(link("docs/en/how-to/x.md", "https://example.com/a.md")).toBe("https://example.com/a.md");
  });

  it("keep who reads Chinese on the Chinese site, also on pages that have no language", () => {
    expect(link("docs/zh/explanation/why-not.md", "../../decisions/0006-worlds.md", "zh")).toBe(
      "/zh/decisions/0006-worlds",
    );
    expect(link("ARCHITECTURE.md", "docs/en/glossary.md", "zh")).toBe("/zh/glossary");
  });

  it("are left alone in code, and rewritten around it", () => {
    const text = "`[a](b.md)` and [`c`](d.md)\n\n```md\n[e](f.md)\n```\n";
    expect(toSiteLinks("docs/en/x.md", text, "en").text).toBe("`[a](b.md)` and [`c`](/d)\n\n```md\n[e](f.md)\n```\n");
  });
});

describe("the pages of the site", () => {
  it("are there in both languages, with the files that they lead to", () => {
    const into = newFolder();
    writePages(ROOT, into);
    for (const below of ["", "zh/"])
      for (const page of ["index", "how-to/pipe", "decisions/0001-layers", "project/architecture"])
        expect(readFileSync(join(into, `${below}${page}.md`), "utf8")).toMatch(/^# /mu);
    expect(readFileSync(join(into, "files/src/cli/program_ts.md"), "utf8")).toContain("\n```ts\n");
    expect(readFileSync(join(into, "public/images/rooms.svg"), "utf8")).toContain("<svg");
  });

  it("of the API are those of the package's entries", () => {
    const entries = entriesOf(ROOT);
    expect([...entries.keys()]).toContain("feishu/send");
    expect(entries.get("feishu")).toBe("extensions/feishu/index.ts");
    for (const source of entries.values()) expect(readFileSync(join(ROOT, source), "utf8")).toContain("export");
  });
});

describe("a built site", () => {
  const site = (files: Readonly<Record<string, string>>): string[] => {
    const into = newFolder();
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(into, path)), { recursive: true });
      writeFileSync(join(into, path), text);
    }
    return problemsOf(into);
  };

  it("has no problem when its links lead somewhere and all it fetches is its own", () => {
    const index = '<link rel="stylesheet" href="/a.css"><a href="/b.html#c">b</a><a href="https://example.com">e</a>';
    expect(site({ "index.html": index, "b.html": '<h2 id="c">', "a.css": "a{background:url(/x.png)}" })).toEqual([]);
  });

  it("must not lead nowhere, nor fetch from other hosts", () => {
    const index = [
      '<a href="/none.html">n</a><a href="/b.html#d">d</a>',
      '<script src="https://cdn.example/x.js"></script><img alt="" src="//other.example/y.png">',
    ].join("");
    const css = "@font-face{src:url('https://fonts.example/z.woff2')}";
    expect(site({ "index.html": index, "b.html": "<h2>", "a.css": css })).toEqual([
      "index.html fetches https://cdn.example/x.js",
      "index.html fetches //other.example/y.png",
      "index.html leads to /none.html, which is not there",
      "index.html leads to /b.html#d, where there is no #d",
      "a.css fetches https://fonts.example/z.woff2",
    ]);
  });
});
