import { describe, it } from "vitest";
import { makesCards } from "./makes-cards.ts";
import type { CardsExample } from "./makes-cards.ts";

describe("[D5] a list", () => {
  it.each<CardsExample>([
    [
      "goes on with bullets",
      40,
      "- item 1\n- item 2\n- item 3\n- item 4\n- item 5\n- item 6\n- item 7\n- item 8",
      ["- item 1\n- item 2\n- item 3\n- item 4\n- it", "- em 5\n- item 6\n- item 7\n- item 8"],
    ],
    [
      "goes on with the numbers that are seen",
      40,
      "1. item 1\n1. item 2\n1. item 3\n1. item 4\n1. item 5\n1. item 6\n1. item 7\n1. item 8",
      ["1. item 1\n1. item 2\n1. item 3\n1. item 4\n", "5. item 5\n1. item 6\n1. item 7\n1. item 8"],
    ],
    [
      "goes on with its brackets",
      40,
      "7) item 1\n7) item 2\n7) item 3\n7) item 4\n7) item 5\n7) item 6\n7) item 7\n7) item 8",
      ["7) item 1\n7) item 2\n7) item 3\n7) item 4\n", "11) item 5\n7) item 6\n7) item 7\n7) item 8"],
    ],
    [
      "goes on with the numbers that are written where they are right",
      44,
      "7. item 1\n8. item 2\n9. item 3\n10. item 4\n11. item 5\n12. item 6\n13. item 7\n14. item 8",
      ["7. item 1\n8. item 2\n9. item 3\n10. item 4\n", "11. item 5\n12. item 6\n13. item 7\n14. item 8"],
    ],
    [
      "that is nested brings its item along",
      42,
      "- a\n  - item 1\n  - item 2\n  - item 3\n  - item 4\n  - item 5\n  - item 6\n- end",
      ["- a\n  - item 1\n  - item 2\n  - item 3\n  - i", "- - tem 4\n  - item 5\n  - item 6\n- end"],
    ],
    [
      "that is nested counts on",
      48,
      "1. a\n   1. item 1\n   1. item 2\n   1. item 3\n   1. item 4\n   1. item 5\n   1. item 6\n1. end",
      ["1. a\n   1. item 1\n   1. item 2\n   1. item 3\n", "1. 4. item 4\n   1. item 5\n   1. item 6\n1. end"],
    ],
    [
      "that is nested in a numbered item shows its number",
      46,
      "3. a\n1. b\n   - item 1\n   - item 2\n   - item 3\n   - item 4\n   - item 5\n   - item 6\n1. end",
      ["3. a\n1. b\n   - item 1\n   - item 2\n   - item 3\n", "4. - item 4\n   - item 5\n   - item 6\n1. end"],
    ],
    [
      "that is indented by four is no code",
      46,
      "- a\n    - item 1\n    - item 2\n    - item 3\n    - item 4\n    - item 5\n    - item 6\n- end",
      ["- a\n    - item 1\n    - item 2\n    - item 3\n", "-   - item 4\n    - item 5\n    - item 6\n- end"],
    ],
    [
      "that is indented as a whole stays so",
      48,
      "   - item 1\n   - item 2\n   - item 3\n   - item 4\n   - item 5\n   - item 6\n   - item 7\n   - item 8",
      ["   - item 1\n   - item 2\n   - item 3\n   - item 4\n", "   - item 5\n   - item 6\n   - item 7\n   - item 8"],
    ],
    [
      "goes on inside an item",
      44,
      "1. a\n1. word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12\n1. end",
      ["1. a\n1. word1 word2 word3 word4 word5 word6 ", "2. word7 word8 word9 word10 word11 word12\n", "3. end"],
    ],
    [
      "goes on inside a line that an item goes on with lazily",
      46,
      "- a b c d e f g h i j k l m\nword1 word2 word3 word4 word5 word6 word7 word8 word9\n- end",
      ["- a b c d e f g h i j k l m\nword1 word2 word3 ", "- word4 word5 word6 word7 word8 word9\n- end"],
    ],
    [
      "goes on at a line that an item goes on with lazily",
      40,
      "- a b c d e f g h i j k l m n o p q\nword1 word2 word3 word4\n- end",
      ["- a b c d e f g h i j k l m n o p q\nword", "- 1 word2 word3 word4\n- end"],
    ],
    [
      "goes on at a line of an item's text",
      40,
      "- a b c d e f g h i j k l m n o p q\n  word1 word2 word3 word4\n- end",
      ["- a b c d e f g h i j k l m n o p q\n  wo", "- rd1 word2 word3 word4\n- end"],
    ],
    [
      "goes on at a paragraph of an item",
      40,
      "- a b c d e f g h i j k l m n o p q\n\n  word1 word2 word3 word4\n- end",
      ["- a b c d e f g h i j k l m n o p q\n\n  w", "- ord1 word2 word3 word4\n- end"],
    ],
    [
      "goes on at a paragraph of a numbered item",
      40,
      "1. a b c d e f g h i j k l m n o p q\n\n   word1 word2 word3 word4\n2. end",
      ["1. a b c d e f g h i j k l m n o p q\n\n", "1. word1 word2 word3 word4\n2. end"],
    ],
    [
      "goes on at a paragraph of its tenth item, at the column where it was written",
      40,
      "9. a\n1. b c d e f g h i j k l m n o\n\n   word1 word2 word3 word4\n1. end",
      ["9. a\n1. b c d e f g h i j k l m n o\n\n", "   word1 word2 word3 word4\n1. end"],
    ],
    [
      "goes on in a quote",
      44,
      "> - one two\n> - three four\n>   five six\n> - seven\n\nend",
      ["> - one two\n> - three four\n>   five six\n", "> - seven\n\nend"],
    ],
    [
      "that is numbered goes on in a quote",
      34,
      "> 1. one two\n> 1. three four\n> 1. five six\n> 1. seven\n\nend",
      ["> 1. one two\n> 1. three four\n", "> 3. five six\n> 1. seven\n\nend"],
    ],
    [
      "that is nested goes on in a quote",
      34,
      "> 1. one two\n>    - three four\n>    - five six\n>    - seven\n\nend",
      ["> 1. one two\n>    - three four\n", "> 1. - five six\n>    - seven\n\nend"],
    ],
    [
      "goes on at a paragraph of its hundredth item, that has a wide gap",
      40,
      "99. a\n1.  b c d e f g h i j k l m n o\n\n    word1 word2 word3 word4\n1. end",
      ["99. a\n1.  b c d e f g h i j k l m n o\n\n", "-   word1 word2 word3 word4\n1. end"],
    ],
    [
      "goes on inside an item that is indented",
      40,
      "  - word1 word2 word3 word4 word5 word6 word7\n  - end",
      ["  - word1 word2 word3 word4 word5 word6 ", "  - word7\n  - end"],
    ],
    [
      "goes on at a line that its item, which is indented, goes on with lazily",
      44,
      "  - a b c d e f g h i j k l m n o p q r\n<at id=x></at> and word1 word2 word3\n- end",
      ["  - a b c d e f g h i j k l m n o p q r\n", "  - <at id=x></at> and word1 word2 word3\n", "- end"],
    ],
    [
      "goes on behind a line that is a long gap",
      50,
      "- a b c\n                                                                                                                                  \n- end",
      ["- a b c\n", "- end"],
    ],
    [
      "goes on with the number that a line has, as it is seen",
      52,
      "1. a b c d e f g h i j k\nwords of it\n\n   9. m n o\n\n12. end of it all, and more",
      ["1. a b c d e f g h i j k\nwords of it\n\n   9. m n o\n\n", "2. end of it all, and more"],
    ],
    [
      "that is numbered and indented goes on there",
      44,
      "   1. k l m n o p q r s t u v w x y z a\n   1. next item\n   1. end",
      ["   1. k l m n o p q r s t u v w x y z a\n", "   2. next item\n   1. end"],
    ],
    [
      "with numbers of two digits goes on",
      40,
      "10. one two three four five six seven e\n10. next item\n10. end",
      ["10. one two three four five six seven e\n", "11. next item\n10. end"],
    ],
    [
      "goes on at a paragraph of an item that is nested in its tenth",
      40,
      "9. a\n1. b\n   - c d e f g h i j k l m n\n\n     word1 word2 word3 word4\n1. end",
      ["9. a\n1. b\n   - c d e f g h i j k l m n\n\n", "-  - word1 word2 word3 word4\n1. end"],
    ],
    [
      "goes on inside its tenth item with the number",
      40,
      "9. a\n1. word1 word2 word3 word4 word5 word6 word7 word8 word9\n1. end",
      ["9. a\n1. word1 word2 word3 word4 word5 wo", "10. rd6 word7 word8 word9\n1. end"],
    ],
    [
      "with items that are empty goes on",
      30,
      "- a\n-\n- b c d e f g h i j\n-\n  k l m n o p q r s t\n- end",
      ["- a\n-\n- b c d e f g h i j\n-\n", "- k l m n o p q r s t\n- end"],
    ],
  ])("%s", makesCards);
});
