import { describe, expect, it } from "vitest";

import { plainCard } from "./support/bot.ts";
import { useStage } from "./support/stage.ts";

const stage = useStage();

/** What one card of this Markdown shows: its words, and how many of each element it has. */
async function shown(
  content: string,
  tag: "markdown" | "lark_md" = "markdown",
): Promise<{ text: string; count: (selector: string) => Promise<number> }> {
  const element = tag === "markdown" ? { tag, content } : { tag: "div", text: { tag, content } };
  await stage.bot.postCard(stage.dm, plainCard([element]));
  const { page } = await stage.open();
  const card = page.locator(".card-body").last();
  return { text: await card.innerText(), count: (selector) => card.locator(selector).count() };
}

/** By Feishu's rules, not by what the author meant: a bot's mistake has to be seen here. */
describe("Markdown as Feishu reads it", () => {
  it.each([
    ["at the start of a line", "```ts\na\n```", 1],
    ["indented", "x\n\n   ```ts\n   a\n   ```", 0],
    ["in a list", "- x\n  ```ts\n  a\n  ```", 0],
    ["in a quote", "> ```ts\n> a\n> ```", 0],
  ])("[D10] a fence %s", async (_, content, fences) => {
    expect(await (await shown(content)).count("figure.code")).toBe(fences);
  });

  it("[D10] ignores one newline in a Markdown element, keeps a blank line and <br>", async () => {
    const { text, count } = await shown("one\ntwo<br>three\n\nfour");
    expect(text).toMatch(/^one two\nthree\s+four$/u);
    expect(await count("p")).toBe(2);
  });

  it("[D10] keeps newlines in lark_md", async () => {
    expect((await shown("one\ntwo", "lark_md")).text).toBe("one\ntwo");
  });

  it("[D10] swallows tags that Feishu does not know, and knows its own", async () => {
    const { text, count } = await shown("a <word> b <b>c</b> <!-- d --> <font color='red'>e</font>");
    expect(text.replaceAll(/\s+/gu, " ")).toBe("a b c e");
    expect(await count(".ink-red")).toBe(1);
  });

  it("[D10] takes a table only where a pipe begins the line, and no quote in a list", async () => {
    expect(await (await shown("a | b\n--- | ---\n1 | 2")).count("table")).toBe(0);
    expect(await (await shown("| a | b |\n|---|---|\n| 1 | 2 |")).count("table")).toBe(1);
    const list = await shown("- x\n\n  > y");
    expect([await list.count("blockquote"), list.text]).toEqual([0, expect.stringContaining("> y")]);
  });

  it("[D10] leaves emphasis literal where Feishu does", async () => {
    expect((await shown("**重点：**内容")).text).toBe("**重点：**内容");
  });

  it("[D10] has no headings, tables and pictures in the md of a post", async () => {
    const md = "# title\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n**bold** [link](https://a.example)";
    await stage.bot.send(stage.dm, "post", { zh_cn: { title: "", content: [[{ tag: "md", text: md }]] } });
    const { page } = await stage.open();
    const post = page.locator(".post").last();
    expect(await post.innerText()).toContain("# title");
    expect(await post.locator("table, .heading").count()).toBe(0);
    expect([await post.locator("strong").innerText(), await post.locator("a").count()]).toEqual(["bold", 1]);
  });
});
