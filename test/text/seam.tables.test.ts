import { describe, it } from "vitest";
import { makesCards } from "./makes-cards.ts";
import type { CardsExample } from "./makes-cards.ts";

describe("[D5] a table", () => {
  it.each<CardsExample>([
    [
      "has a header again that takes half of the card",
      60,
      "| abcdefghijk | v |\n|---|---|\n| a | b |\n| c | d |\n| e | f |\n| g | h |\n",
      [
        "| abcdefghijk | v |\n|---|---|\n| a | b |\n| c | d |\n| e | f |\n",
        "| abcdefghijk | v |\n|---|---|\n| g | h |\n",
      ],
    ],
    [
      "has no header again that takes more than half of the card",
      60,
      "| abcdefghijkl | v |\n|---|---|\n| a | b |\n| c | d |\n| e | f |\n| g | h |\n",
      ["| abcdefghijkl | v |\n|---|---|\n| a | b |\n| c | d |\n| e | f ", "|\n| g | h |\n"],
    ],
    [
      "has a header again that takes half of the bytes",
      100,
      "| 字字字字字字字字字字字字字字字 | v |\n|---|---|\n| a1 | b1 |\n| a2 | b2 |\n| a3 | b3 |\n| a4 | b4 |\n| a5 | b5 |\n| a6 | b6 |\n| a7 | b7 |\n| a8 | b8 |\n| a9 | b9 |",
      [
        "| 字字字字字字字字字字字字字字字 | v |\n|---|---|\n| a1 | b1 |\n| a2 | b2 |\n| a3 | b3 |\n| a4 | b4 |\n| a5 | b5 |\n",
        "| 字字字字字字字字字字字字字字字 | v |\n|---|---|\n| a6 | b6 |\n| a7 | b7 |\n| a8 | b8 |\n| a9 | b9 |",
      ],
      { maxBytes: 150 },
    ],
    [
      "has no header again that takes more than half of the bytes",
      100,
      "| 字字字字字字字字字字字字字字字字字字字字 | v |\n|---|---|\n| a1 | b1 |\n| a2 | b2 |\n| a3 | b3 |\n| a4 | b4 |\n| a5 | b5 |\n| a6 | b6 |\n| a7 | b7 |\n| a8 | b8 |\n| a9 | b9 |",
      [
        "| 字字字字字字字字字字字字字字字字字字字字 | v |\n|---|---|\n| a1 | b1 |\n| a2 | b2 |\n| a3 | b3 |\n| a4 | b4 |\n| a5 | b5 ",
        "|\n| a6 | b6 |\n| a7 | b7 |\n| a8 | b8 |\n| a9 | b9 |",
      ],
      { maxBytes: 150 },
    ],
    [
      "has its header again",
      62,
      "| k | v |\n|---|---|\n| a1 | b1 |\n| a2 | b2 |\n| a3 | b3 |\n| a4 | b4 |\n| a5 | b5 |\n| a6 | b6 |\n\nend",
      [
        "| k | v |\n|---|---|\n| a1 | b1 |\n| a2 | b2 |\n| a3 | b3 |\n| a4 ",
        "| k | v |\n|---|---|\n| | b4 |\n| a5 | b5 |\n| a6 | b6 |\n\nend",
      ],
    ],
    [
      "has its header again in a quote",
      78,
      "> | k | v |\n> |---|---|\n> | a1 | b1 |\n> | a2 | b2 |\n> | a3 | b3 |\n> | a4 | b4 |\n> | a5 | b5 |\n> | a6 | b6 |\n\nend",
      [
        "> | k | v |\n> |---|---|\n> | a1 | b1 |\n> | a2 | b2 |\n> | a3 | b3 |\n> | a4 | b4 ",
        "> | k | v |\n> |---|---|\n> | | |\n> | a5 | b5 |\n> | a6 | b6 |\n\nend",
      ],
    ],
    [
      "has its header again behind its item's number",
      74,
      "1. x\n1. y\n\n   | k | v |\n   |---|---|\n   | a1 | b1 |\n   | a2 | b2 |\n   | a3 | b3 |\n   | a4 | b4 |\n   | a5 | b5 |\n   | a6 | b6 |\n1. end",
      [
        "1. x\n1. y\n\n   | k | v |\n   |---|---|\n   | a1 | b1 |\n   | a2 | b2 |\n   | ",
        "2. | k | v |\n   |---|---|\n   | a3 | b3 |\n   | a4 | b4 |\n   | a5 | b5 |\n",
        "2. | k | v |\n   |---|---|\n   | a6 | b6 |\n1. end",
      ],
    ],
    [
      "has its header again in an item",
      64,
      "- x\n\n  | k | v |\n  |---|---|\n  | a1 | b1 |\n  | a2 | b2 |\n  | a3 | b3 |\n  | a4 | b4 |\n  | a5 | b5 |\n  | a6 | b6 |\n- end",
      [
        "- x\n\n  | k | v |\n  |---|---|\n  | a1 | b1 |\n  | a2 | b2 |\n  | a3 ",
        "- | k | v |\n  |---|---|\n  | | b3 |\n  | a4 | b4 |\n  | a5 | b5 |\n",
        "- | k | v |\n  |---|---|\n  | a6 | b6 |\n- end",
      ],
    ],
    [
      "stands without an item whose number is too wide for it",
      74,
      "9. x\n1. | k | v |\n   |---|---|\n   | a1 | b1 |\n   | a2 | b2 |\n   | a3 | b3 |\n   | a4 | b4 |\n   | a5 | b5 |\n   | a6 | b6 |\n1. end",
      [
        "9. x\n1. | k | v |\n   |---|---|\n   | a1 | b1 |\n   | a2 | b2 |\n   | a3 | b3 ",
        "   | k | v |\n   |---|---|\n   | | |\n   | a4 | b4 |\n   | a5 | b5 |\n   | a6 ",
        "| k | v |\n|---|---|\n| | b6 |\n1. end",
      ],
    ],
    [
      "goes on without a header that takes too much of the card",
      64,
      "| a rather long header | of a small table |\n|---|---|\n| a1 | b1 |\n| a2 | b2 |\n| a3 | b3 |\n| a4 | b4 |\n| a5 | b5 |\n| a6 | b6 |\n\nend",
      [
        "| a rather long header | of a small table |\n|---|---|\n| a1 | b1 ",
        "|\n| a2 | b2 |\n| a3 | b3 |\n| a4 | b4 |\n| a5 | b5 |\n| a6 | b6 |\n\n",
        "end",
      ],
    ],
    [
      "goes on in the same cell of a row",
      72,
      "| k | v | w |\n|---|---|---|\n| a | word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 | c |\n",
      [
        "| k | v | w |\n|---|---|---|\n| a | word1 word2 word3 word4 word5 word6 ",
        "| k | v | w |\n|---|---|---|\n| | word7 word8 word9 word10 word11 word12 ",
        "| k | v | w |\n|---|---|---|\n| | | c |\n",
      ],
    ],
    [
      "goes on in the same cell of a row in a quote",
      70,
      "> | k | v |\n> |---|---|\n> | a | word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13 word14| c |\n",
      [
        "> | k | v |\n> |---|---|\n> | a | word1 word2 word3 word4 word5 word6 ",
        "> | k | v |\n> |---|---|\n> | | word7 word8 word9 word10 word11 word12 ",
        "> | k | v |\n> |---|---|\n> | | word13 word14| c |\n",
      ],
    ],
    [
      "goes on in the same cell of a row in an item",
      70,
      "- x\n  | k | v |\n  |---|---|\n  | a | word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13 word14| c |\n",
      [
        "- x\n  | k | v |\n  |---|---|\n  | a | word1 word2 word3 word4 word5 word",
        "- | k | v |\n  |---|---|\n  | | 6 word7 word8 word9 word10 word11 word12",
        "- | k | v |\n  |---|---|\n  | |  word13 word14| c |\n",
      ],
    ],
    [
      "goes on as text in a row whose header does not fit",
      60,
      "| a rather long header | v |\n|---|---|\n| a | word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12| c |\n",
      [
        "| a rather long header | v |\n|---|---|\n| a | word1 word2 wor",
        "d3 word4 word5 word6 word7 word8 word9 word10 word11 word12|",
        " c |\n",
      ],
    ],
    [
      "goes on in a row in a nested item whose number is too wide, with a bullet for it",
      84,
      "- x\n\n  9. a\n  1. | k | v |\n     |---|---|\n     | a | word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13 word14 word15 word16 | c |\n",
      [
        "- x\n\n  9. a\n  1. | k | v |\n     |---|---|\n     | a | word1 word2 word3 word4 word5 ",
        "- -  | k | v |\n     |---|---|\n     | | word6 word7 word8 word9 word10 word11 word12 ",
        "- -  | k | v |\n     |---|---|\n     | | word13 word14 word15 word16 | c |\n",
      ],
    ],
    [
      "is not parted from its header",
      50,
      "some words that fill the card up\n\n| k | v |\n|---|---|\n| a | b |\n",
      ["some words that fill the card up\n\n", "| k | v |\n|---|---|\n| a | b |\n"],
    ],
    [
      "too many begins the next card",
      100,
      "| a |\n|---|\n\n| b |\n|---|\n\ntext\n\n| c |\n|---|\n| d |\n",
      ["| a |\n|---|\n\n| b |\n|---|\n\ntext\n\n", "| c |\n|---|\n| d |\n"],
      { maxTables: 2 },
    ],
    [
      "too many begins the next card with its header, though that stands below text",
      100,
      "| a |\n|---|\n\n| b |\n|---|\n\ntext\nc | d\n---|---\ne | f\n",
      ["| a |\n|---|\n\n| b |\n|---|\n\ntext\n", "c | d\n---|---\ne | f\n"],
      { maxTables: 2 },
    ],
    [
      "too many in a list begins the next card",
      100,
      "- | a |\n  |---|\n- | b |\n  |---|\n- | c |\n  |---|\n",
      ["- | a |\n  |---|\n- | b |\n  |---|\n", "- | c |\n  |---|\n"],
      { maxTables: 2 },
    ],
  ])("%s", makesCards);
});
