import { describe, it } from "vitest";
import { makesCards } from "./makes-cards.ts";
import type { CardsExample } from "./makes-cards.ts";

describe("[D5] indented code", () => {
  it.each<CardsExample>([
    [
      "goes on",
      56,
      "a b c d e\n\n    code line number 1\n    code line number 2\n    code line number 3\n    code line number 4\n\nend",
      [
        "a b c d e\n\n    code line number 1\n    code line number ",
        "    2\n    code line number 3\n    code line number 4\n\nend",
      ],
    ],
    [
      "goes on inside a line",
      56,
      "a b c d e\n\n    word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13 word14\n\nend",
      [
        "a b c d e\n\n    word1 word2 word3 word4 word5 word6 word7",
        "     word8 word9 word10 word11 word12 word13 word14\n\nend",
      ],
    ],
    [
      "of an item goes on",
      52,
      "- a b c d e\n\n      code line 1\n      code line 2\n      code line 3\n- end",
      ["- a b c d e\n\n      code line 1\n      code line 2\n", "-     code line 3\n- end"],
    ],
    [
      "that begins an item goes on",
      52,
      "-     code line 1\n      code line 2\n      code line 3\n      code line 4\n- end",
      ["-     code line 1\n      code line 2\n      code line ", "-     3\n      code line 4\n- end"],
    ],
    [
      "with marks in it is cut between words",
      64,
      "a\n\n    word1 word2 word3 word4 word5 word6\n    see [label of it](https://e.com) and `a b c` more\n",
      ["a\n\n    word1 word2 word3 word4 word5 word6\n    see [label of it]", "    (https://e.com) and `a b c` more\n"],
    ],
    [
      "keeps a long gap in a line of it",
      150,
      "a\n\n    aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa                                                                                                                                            b\n",
      [
        "a\n\n    aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa                       ",
        "                                                                                                                         b\n",
      ],
    ],
  ])("%s", makesCards);
});
