import { describe, it } from "vitest";
import { makesCards } from "./makes-cards.ts";
import type { CardsExample } from "./makes-cards.ts";

describe("[D5] text", () => {
  it.each<CardsExample>([
    [
      "goes on in its quote",
      34,
      "> a line of it\n> another one\n> the last of the lines\n\nend",
      ["> a line of it\n> another one\n> the", ">  last of the lines\n\nend"],
    ],
    [
      "goes on in its quote inside a line",
      34,
      "> word1 word2 word3 word4 word5 word6 word7 word8 word9\n\nend",
      ["> word1 word2 word3 word4 word5 wo", "> rd6 word7 word8 word9\n\nend"],
    ],
    [
      "goes on in a quote that it is in without a mark",
      34,
      "> a line of it\nand another one, ab\nthe last of the lines\n\nend",
      ["> a line of it\nand another one, ab", "> the last of the lines\n\nend"],
    ],
    [
      "goes on in a quote of a quote",
      36,
      ">> a line of it\n>> another line\n> > the last of the lines\n\nend",
      [">> a line of it\n>> another line\n", "> > the last of the lines\n\nend"],
    ],
    [
      "goes on after its quote",
      34,
      "> a line of it\n> another line\n\nthe last of the lines\n\nend",
      ["> a line of it\n> another line\n\n", "the last of the lines\n\nend"],
    ],
    [
      "of a heading goes on as one",
      46,
      "## word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12\n\nend",
      ["## word1 word2 word3 word4 word5 word6 word7 ", "## word8 word9 word10 word11 word12\n\nend"],
    ],
    [
      "of a heading goes on as one in a quote",
      46,
      "> ## word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12\n\nend",
      ["> ## word1 word2 word3 word4 word5 word6 word7", "> ##  word8 word9 word10 word11 word12\n\nend"],
    ],
    [
      "of a heading goes on as one in an item",
      46,
      "1. # word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12\n\nend",
      ["1. # word1 word2 word3 word4 word5 word6 word7", "1. #  word8 word9 word10 word11 word12\n\nend"],
    ],
    [
      "that is indented behind text is no code",
      40,
      "words and words of the paragraph\n        word1 word2 word3 word4 word5 word6\nend",
      ["words and words of the paragraph\n", "word1 word2 word3 word4 word5 word6\nend"],
    ],
    [
      "that is indented by three stays so",
      40,
      "words and words of the paragraph\n   word1 word2 word3 word4 word5 word6\nend",
      ["words and words of the paragraph\n   word", "1 word2 word3 word4 word5 word6\nend"],
    ],
    [
      "ends with its line break left out where that is too much",
      20,
      "12345678901234567890\nnext",
      ["12345678901234567890", "next"],
    ],
    [
      "ends with its line breaks left out where they are too many",
      20,
      "12345678901234567890\n\n\n\nnext",
      ["12345678901234567890", "next"],
    ],
    [
      "ends with its line break of two units left out",
      20,
      "12345678901234567890\r\n\r\nnext",
      ["12345678901234567890", "next"],
    ],
    [
      "ends in front of code that an empty line parts from it",
      20,
      "12345678901234567890\n\n    code\n",
      ["12345678901234567890", "    code\n"],
    ],
    [
      "ends in front of a line of code",
      56,
      "a b c d e f g\n\n    code line no 1\n    code line no 2\n    code line no 3\n    code line no 4\n\nend",
      ["a b c d e f g\n\n    code line no 1\n    code line no 2\n", "    code line no 3\n    code line no 4\n\nend"],
    ],
    [
      "ends in front of a line of it that is indented by three",
      40,
      "words and words of the paragraph and 12\n   word1 word2 word3 word4 word5\nend",
      ["words and words of the paragraph and 12\n", "   word1 word2 word3 word4 word5\nend"],
    ],
    [
      "ends in front of a line of it that is indented by four",
      40,
      "words and words of the paragraph and 12\n    word1 word2 word3 word4 word5\nend",
      ["words and words of the paragraph and 12\n", "word1 word2 word3 word4 word5\nend"],
    ],
    [
      "begins with the number of the item behind a break left out",
      20,
      "1. a\n1. 901234567890\n1. next",
      ["1. a\n1. 901234567890", "3. next"],
    ],
    [
      "keeps no long gap on the next card",
      150,
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa                                                                                                                                            next words",
      [
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa          ",
        "next words",
      ],
    ],
    [
      "keeps no gap at the end of its line on the next card",
      150,
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa                                                                                                                                            \nnext words",
      [
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa          ",
        "next words",
      ],
    ],
    [
      "keeps no line that is a long gap",
      70,
      "some words of text\n                                                                                                                                  \nnext words",
      ["some words of text\n", "next words"],
    ],
    [
      "of a quote keeps no line that is a long gap",
      70,
      "> some words of text\n>                                                                                                                                   \n> next words",
      ["> some words of text\n", "> next words"],
    ],
    [
      "is not cut where it would become a list, a heading or a quote",
      40,
      "words of a text that goes on and - on 1\nend",
      ["words of a text that goes on and - on 1\n", "end"],
    ],
    [
      "is not cut in front of a mark that would begin a block",
      40,
      "words of a text that goes on and o - n # m > l",
      ["words of a text that goes on and o - n #", " m > l"],
    ],
    [
      "with a link is cut in front of it",
      60,
      "words of a text that goes on and on [label of a](https://link.com/x) end",
      ["words of a text that goes on and on ", "[label of a](https://link.com/x) end"],
    ],
    [
      "with a link at its begin is cut inside it",
      40,
      "[label of a](https://link.com/that-is-longer-than-a-card) end",
      ["[label of a](https://link.com/that-is-lo", "nger-than-a-card) end"],
    ],
    [
      "with a link behind a link is cut between them",
      60,
      "words of [one](https://a.com/x) [two](https://b.com/link) and more of it",
      ["words of [one](https://a.com/x) [two](https://b.com/link) an", "d more of it"],
    ],
    [
      "with emoji is cut between them",
      40,
      "words of a text that goes on and on a👨‍👩‍👧‍👦👨‍👩‍👧‍👦 end",
      ["words of a text that goes on and on a", "👨‍👩‍👧‍👦👨‍👩‍👧‍👦 end"],
    ],
    [
      "keeps a gap of 120 units on the next card",
      150,
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa                                                                                                                          next words",
      [
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  ",
        "                                                                                                                        next words",
      ],
    ],
    [
      "keeps no gap of 121 units on the next card",
      150,
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa                                                                                                                           next words",
      [
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  ",
        "next words",
      ],
    ],
    [
      "in an item keeps no long gap on the next card",
      150,
      "1. aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa                                                                                                                                            next words",
      [
        "1. aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa       ",
        "1. next words",
      ],
    ],
    [
      "keeps no gap at its end",
      150,
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa                                                                                                                                            ",
      [
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa          ",
        "",
      ],
    ],
  ])("%s", makesCards);
});
