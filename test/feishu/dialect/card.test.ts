import { describe, expect, it } from "vitest";
import {
  firstImageEnd,
  toCardMarkdown as convert,
  toPlainText,
  withoutTargets,
} from "../../../extensions/feishu/dialect/index.ts";
import { toDelta } from "../../../src/stream/index.ts";
import { createReplyBench } from "../../support/reply-bench.ts";

const NOBODY: ReadonlySet<string> = new Set();

/** With keys for the given addresses. */
function toFeishuMarkdown(
  text: string,
  mentionable: ReadonlySet<string> = NOBODY,
  keys: Readonly<Record<string, string>> = {},
): string {
  return convert(text, { mentionable, imageKey: (target) => keys[target] });
}

describe("toFeishuMarkdown", () => {
  it("[D12] shows a remote image as a link, or by its key when there is one", () => {
    const text = "see ![a cat](https://example.com/cat.png)!";
    expect(toFeishuMarkdown(text)).toBe("see [a cat](https://example.com/cat.png)!");
    expect(toFeishuMarkdown(text, NOBODY, { "https://example.com/cat.png": "img_1" })).toBe("see ![a cat](img_1)!");
    expect(toFeishuMarkdown("![chart](img_v2_abc)", NOBODY, { img_v2_abc: "img_v2_abc" })).toBe("![chart](img_v2_abc)");
  });

  it.each([
    ["![a](<https://e.com/a b.png>)", "https://e.com/a b.png", "[a](https://e.com/a%20b.png)"],
    ['![a](https://e.com/a.png "A title")', "https://e.com/a.png", "[a](https://e.com/a.png) (A title)"],
    ["![a]( https://e.com/a.png 'A title' )", "https://e.com/a.png", "[a](https://e.com/a.png) (A title)"],
    ["![a](https://e.com/A_(b).png)", "https://e.com/A_(b).png", "[a](https://e.com/A_%28b%29.png)"],
    ["![a](https://e.com/a.png?x=1&amp;y=2)", "https://e.com/a.png?x=1&y=2", "[a](https://e.com/a.png?x=1&y=2)"],
    ["[![a](https://e.com/a.png)](https://e.com)", "https://e.com/a.png", "[[a](https://e.com/a.png)](https://e.com)"],
    ["- > ![a](https://e.com/a.png)", "https://e.com/a.png", "- \n> [a](https://e.com/a.png)"],
    ["| ![a](https://e.com/a.png) |", "https://e.com/a.png", "| [a](https://e.com/a.png) |"],
  ])("[D12] finds the image in %s", (text, address, link) => {
    expect(toFeishuMarkdown(text, NOBODY, { [address]: "img_1" })).toContain("![a](img_1)");
    expect(toFeishuMarkdown(text)).toBe(link);
    expect(text.slice(0, firstImageEnd(text))).toMatch(/\)$/u);
  });

  it("[D12] tells cards apart by their words, not by whether an image is a link still", () => {
    const text = "see ![a](https://e.com/a.png) and [b](https://e.com/b)";
    const swapped = toFeishuMarkdown(text, NOBODY, { "https://e.com/a.png": "img_1" });
    expect(withoutTargets(swapped)).toBe(withoutTargets(toFeishuMarkdown(text)));
  });

  it("[D12] asks for an image only once it is complete", () => {
    const text = "![a](https://e.com/a.png 'title')";
    for (let end = 0; end < text.length; end++) {
      const asked: string[] = [];
      convert(text.slice(0, end), { mentionable: NOBODY, imageKey: (target) => void asked.push(target) });
      expect(asked).toEqual([]);
      expect(firstImageEnd(text.slice(0, end))).toBeUndefined();
    }
    expect(firstImageEnd(`x\n${text} y`)).toBe(2 + text.length);
    expect(firstImageEnd(`\`${text}\`\n\`\`\`\n${text}`)).toBeUndefined();
  });

  it("[D12] lets no mention through in the words of an image", () => {
    expect(
      toFeishuMarkdown("![<at id=all></at>](https://e.com/a.png)", NOBODY, { "https://e.com/a.png": "img_1" }),
    ).toBe("![&lt;at id=all>&lt;/at>](img_1)");
  });

  it("[D12] takes the power from mentions of people nobody vouches for", () => {
    const text = "<at id=ou_known></at> and <at id=ou_made_up>Bob</at>, <at id=all></at>, <person id='ou_x'></person>";
    expect(toFeishuMarkdown(text, new Set(["ou_known"]))).toBe(
      "<at id=ou_known></at> and &lt;at id=ou_made_up>Bob</at>, &lt;at id=all></at>, &lt;person id='ou_x'></person>",
    );
  });

  it("[D12] leaves code alone, but for what would mention people if Feishu did not take it for code", () => {
    const text = "`![x](y)` and ``<a>``\n```md\n![x](y)\n<b>\n```\n![x](y)";
    expect(toFeishuMarkdown(text)).toBe("`![x](y)` and `<a>`\n```md\n![x](y)\n<b>\n```\nx &#40;y)");
    expect(toFeishuMarkdown("`<at id=1>`\n```\n<at id=all></at>\n```")).toBe(
      "`<\u200bat id=1>`\n```\n<\u200bat id=all><\u200b/at>\n```",
    );
  });

  it("[E5] writes halves that come one after the other as the character that they are", async () => {
    const bench = createReplyBench();
    const reply = bench.open();
    reply.append(toDelta("one \ud83d"));
    await bench.clock.advance(2_000);
    reply.append(toDelta("\ude00 two"));
    const result = await bench.clock.runUntil(reply.finalize());
    expect(bench.answers()).toEqual(["one 😀 two"]);
    expect(result).toMatchObject({ delivered: result.total, rejected: 0, tier: "cardkit" });
    await bench.close();
  });

  it("[D12] delivers a reply full of bad mentions and remote images as one card", async () => {
    const bench = createReplyBench({ emulator: { settings: { checkMentions: "all", checkImages: "all" } } });
    const reply = bench.open();
    for (let i = 0; i < 20; i++) {
      reply.append(toDelta(`Ask <at id=ou_nobody${i}>Bob</at> about ![pic](https://example.com/${i}.png). `));
      await bench.clock.advance(60);
    }
    const result = await bench.clock.runUntil(reply.finalize());
    expect(result).toMatchObject({ cards: 1, tier: "cardkit", rejected: 0, delivered: result.total });
    expect(bench.answers()[0]).toContain("[pic](https://example.com/19.png)");
    await bench.close();
  });

  it("[D12] keeps thoughts, tool lines, status, note and footer from breaking the card as well", async () => {
    const bench = createReplyBench({ emulator: { settings: { checkMentions: "all", checkImages: "all" } } });
    const risky = "![pic](https://example.com/a.png) <at id=ou_nobody></at>";
    const reply = bench.open();
    reply.reasoning(toDelta(risky));
    reply.tool({ id: "t", name: "look", state: "running", detail: risky });
    reply.status(risky);
    await bench.clock.advance(1_000);
    reply.append(toDelta("The answer."));
    const result = await bench.clock.runUntil(reply.finalize({ footer: risky }));
    expect(result).toMatchObject({ cards: 1, tier: "cardkit", rejected: 0, delivered: result.total });

    const failed = bench.open();
    const failure = await bench.clock.runUntil(failed.fail({ code: "provider-error", message: risky }));
    expect(failure).toMatchObject({ cards: 1, tier: "cardkit", rejected: 0 });
    await bench.close();
  });
});

describe("[E5] numbers of items", () => {
  const lazy = "1. a\n   ```\n   x\n   ```\n1. b\n1. c\n   > q\n1. d";

  it("go on behind a block that leaves the list, also when each was written as 1", () => {
    expect(toFeishuMarkdown(lazy)).toBe("1. a\n```\nx\n```\n2. b\n1. c\n> q\n\n4. d");
    expect(toFeishuMarkdown("1. a\n   ```\n   x\n   ```\n3. c")).toBe("1. a\n```\nx\n```\n3. c");
  });

  it("are those that people see where nobody counts", () => {
    expect(toPlainText(lazy)).toBe("1. a\n   x\n2. b\n3. c\n   > q\n4. d");
  });
});
