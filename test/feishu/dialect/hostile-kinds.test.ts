import { describe, expect, it } from "vitest";
import { toCardMarkdown, toPlainText, toPostMarkdown } from "../../../extensions/feishu/dialect/index.ts";
import { liveIn, mentionsIn } from "./live.ts";

const WRITTEN = [
  "<at\nid=all></at>",
  "<AT id=all></AT>",
  "<at\u200b id=all></at>",
  "<at id=&#97;ll></at>",
  "&lt;at id=all&gt;&lt;/at&gt;",
  "&#60;at id=all>",
  "\\<at id=all>",
  "＜at id=all＞",
  '<at id="all"/>',
  "<at/id=all>",
  "<at\tids=all>",
  "<at id=all",
  "<person id=x>",
  "[x](<javascript:alert(1)>)",
  "[x](JaVaScRiPt:a)",
  "[x](&#106;avascript:a)",
  "<javascript:alert(1)>",
  "[a]: javascript:x\n\n[a]",
  '![x](img_v3_x "<at id=all>")',
  "[<at id=all></at>](https://e.com)",
  "[x](https://e.com/<at id=all>)",
  "https://e.com/<at id=all></at>",
  "`` `<at id=all>` ``",
  "<a href='https://e.com' onclick=x>t</a>",
  '<a href="https://e.com/</a><at id=all>">',
  "<font color='red'><at id=all></at></font>",
  "<font color='<at id=all>'>",
  "<link url='javascript:x'>",
  "<raw><at id=all></raw>",
  "1. ```\n   <at id=all></at>\n   ```",
  "> - ```js\n>   <at id=all>\n",
  "$<at id=all>$",
  "\\(<at id=all>\\)",
  "| <at id=all> | `a|<at id=all>` |\n|-|-|",
  "---\na: <at id=all>\n---\n",
];

describe("[E5][E10] a mention or a script, however it is written", () => {
  it.each(WRITTEN)("does nothing: %j", (written) => {
    const card = toCardMarkdown(written);
    expect(liveIn(card)).toEqual([]);
    expect(liveIn(toPostMarkdown(written))).toEqual([]);
    expect(mentionsIn(toPlainText(written))).toEqual([]);
    // What Feishu makes of entities is text, and so it is when it is written once more.
    expect(toCardMarkdown(card)).toBe(card);
  });
});
