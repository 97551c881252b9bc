import { describe, expect, it } from "vitest";
import { slug } from "../../scripts/docs/slug.ts";
import { readPage } from "./page.ts";

describe("reading a page", () => {
  it("finds fences with their info, indented ones and those that hold shorter ones", () => {
    const page = readPage(
      "x.md",
      "1. a\n\n   ```sh title=x\n   npm ci\n     b\n   ```\n\n````text\n```ts\n1\n```\n````\n",
    );
    expect(page.fences).toEqual([
      { language: "sh", info: "title=x", code: "npm ci\n  b", line: 3 },
      { language: "text", info: "", code: "```ts\n1\n```", line: 8 },
    ]);
    expect(() => readPage("x.md", "a\n```sh\nb")).toThrow("x.md:2: the fence is never closed");
  });

  it("finds links and images with their lines, but none in code", () => {
    const page = readPage("x.md", 'a [b](c.md#d) ![e](f.png "t")\n`[g](h)` <img src="i.png">\n```md\n[j](k)\n```\n');
    expect(page.links).toEqual([
      { target: "c.md#d", line: 1 },
      { target: "f.png", line: 1 },
      { target: "i.png", line: 2 },
    ]);
    expect(page.spans).toEqual([{ code: "[g](h)", line: 2 }]);
  });

  it("names headings as GitHub does", () => {
    expect(slug("`send.ts`: what it *does*, and [why](x.md)")).toBe("sendts-what-it-does-and-why");
    expect(slug("在本地飞书中观察机器人")).toBe("在本地飞书中观察机器人");
    expect([...readPage("x.md", '# A b\n## A b\n<a id="c"></a>\n').anchors]).toEqual(["a-b", "a-b-1", "c"]);
  });
});
