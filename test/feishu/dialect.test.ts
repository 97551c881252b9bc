import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toFeishuMarkdown } from "../../extensions/feishu/card/index.ts";
import { toDelta } from "../../src/stream/index.ts";
import { createReplyBench } from "../support/reply-bench.ts";

const NOBODY: ReadonlySet<string> = new Set();

describe("toFeishuMarkdown", () => {
  it("[D12] shows a remote image as a link and leaves image keys alone", () => {
    expect(toFeishuMarkdown("see ![a cat](https://example.com/cat.png)!", NOBODY)).toBe(
      "see [a cat](https://example.com/cat.png)!",
    );
    expect(toFeishuMarkdown("![chart](img_v2_abc)", NOBODY)).toBe("![chart](img_v2_abc)");
  });

  it("[D12] takes the power from mentions of people nobody vouches for", () => {
    const text = "<at id=ou_known></at> and <at id=ou_made_up>Bob</at>, <at id=all></at>, <person id='ou_x'></person>";
    expect(toFeishuMarkdown(text, new Set(["ou_known"]))).toBe(
      "<at id=ou_known></at> and &lt;at id=ou_made_up>Bob</at>, &lt;at id=all></at>, &lt;person id='ou_x'></person>",
    );
  });

  it("[D12] leaves code alone, in spans and in fences", () => {
    const text = "`![x](y)` and ``<at id=1>``\n```md\n![x](y)\n<at id=all></at>\n```\n![x](y)";
    expect(toFeishuMarkdown(text, NOBODY)).toBe(
      "`![x](y)` and ``<at id=1>``\n```md\n![x](y)\n<at id=all></at>\n```\n[x](y)",
    );
  });

  it("[D12] keeps growing text growing", () => {
    const piece = fc.constantFrom(
      "word ",
      "![alt](https://e.com/a.png) ",
      "<at id=ou_bad>x</at> ",
      "\n",
      "\n```\ncode\n```\n",
      "**b** ",
      "< ",
      "! ",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const text = pieces.join("");
        const whole = toFeishuMarkdown(text, NOBODY);
        for (let end = 0; end <= text.length; end++) {
          const part = toFeishuMarkdown(text.slice(0, end), NOBODY);
          // A mark that is only begun ("!", "<a") is taken for text until it is one; then its first character goes.
          const settled = part.replace(/(?:!|<[a-z]*)$/u, "");
          expect(whole.startsWith(settled)).toBe(true);
        }
      }),
    );
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
});
