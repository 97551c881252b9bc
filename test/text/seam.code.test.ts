import { describe, it } from "vitest";
import { makesCards } from "./makes-cards.ts";
import type { CardsExample } from "./makes-cards.ts";

describe("[D5] code", () => {
  it.each<CardsExample>([
    [
      "goes on in its quote",
      72,
      "> ```js\n> let v1 = 1;\n> let v2 = 2;\n> let v3 = 3;\n> let v4 = 4;\n> let v5 = 5;\n> let v6 = 6;\n> ```\n\nend",
      [
        "> ```js\n> let v1 = 1;\n> let v2 = 2;\n> let v3 = 3;\n> let v4 = 4;\n> ```",
        "> ```js\n> let v5 = 5;\n> let v6 = 6;\n> ```\n\nend",
      ],
    ],
    [
      "goes on in a quote inside an item",
      72,
      "- item\n\n  > ```js\n  > let v1 = 1;\n  > let v2 = 2;\n  > let v3 = 3;\n  > let v4 = 4;\n  > let v5 = 5;\n  > let v6 = 6;\n  > ```\n\nend",
      [
        "- item\n\n  > ```js\n  > let v1 = 1;\n  > let v2 = 2;\n  > let v3 = 3;\n```",
        "  > ```js\n  > let v4 = 4;\n  > let v5 = 5;\n  > let v6 = 6;\n  > ```\n\nend",
      ],
    ],
    [
      "goes on in a quote of a quote",
      100,
      ">> ```js\n>> let v1 = 1;\n>> let v2 = 2;\n>> let v3 = 3;\n>> let v4 = 4;\n>> let v5 = 5;\n>> let v6 = 6;\n>> ```\n\nend",
      [
        ">> ```js\n>> let v1 = 1;\n>> let v2 = 2;\n>> let v3 = 3;\n>> let v4 = 4;\n>> let v5 = 5;\n>> ```",
        ">> ```js\n>> let v6 = 6;\n>> ```\n\nend",
      ],
    ],
    [
      "goes on behind a quoted item",
      72,
      "> - a\n>\n>   ```js\n>   let v1 = 1;\n>   let v2 = 2;\n>   let v3 = 3;\n>   let v4 = 4;\n>   let v5 = 5;\n>   let v6 = 6;\n>   ```\n\nend",
      [
        "> - a\n>\n>   ```js\n>   let v1 = 1;\n>   let v2 = 2;\n>   let v3 = 3;\n```",
        ">   ```js\n>   let v4 = 4;\n>   let v5 = 5;\n>   let v6 = 6;\n>   ```\n\nend",
      ],
    ],
    [
      "goes on at its column, without the item whose number has been seen",
      100,
      "2. two\n3. three\n\n   ```js\n   let v1 = 1;\n   let v2 = 2;\n   let v3 = 3;\n   let v4 = 4;\n   let v5 = 5;\n   let v6 = 6;\n   ```\n4. end",
      [
        "2. two\n3. three\n\n   ```js\n   let v1 = 1;\n   let v2 = 2;\n   let v3 = 3;\n   let v4 = 4;\n   ```",
        "   ```js\n   let v5 = 5;\n   let v6 = 6;\n   ```\n4. end",
      ],
    ],
    [
      "brings the number of a lazily numbered item along",
      100,
      "1. two\n1. three\n\n   ```js\n   let v1 = 1;\n   let v2 = 2;\n   let v3 = 3;\n   let v4 = 4;\n   let v5 = 5;\n   let v6 = 6;\n   ```\n1. end",
      [
        "1. two\n1. three\n\n   ```js\n   let v1 = 1;\n   let v2 = 2;\n   let v3 = 3;\n   let v4 = 4;\n   ```",
        "2. ```js\n   let v5 = 5;\n   let v6 = 6;\n   ```\n1. end",
      ],
    ],
    [
      "brings no number along that is too wide for its column",
      100,
      "1. x\n1. x\n1. x\n1. x\n1. x\n1. x\n1. x\n1. x\n1. x\n1. x\n\n   ```js\n   let v1 = 1;\n   let v2 = 2;\n   let v3 = 3;\n   let v4 = 4;\n   ```\nend",
      [
        "1. x\n1. x\n1. x\n1. x\n1. x\n1. x\n1. x\n1. x\n1. x\n1. x\n\n   ```js\n   let v1 = 1;\n   let v2 = 2;\n   ```",
        "   ```js\n   let v3 = 3;\n   let v4 = 4;\n   ```\nend",
      ],
    ],
    [
      "goes on in a nested item",
      98,
      "- a\n  - b\n\n    ```js\n    let v1 = 1;\n    let v2 = 2;\n    let v3 = 3;\n    let v4 = 4;\n    let v5 = 5;\n    let v6 = 6;\n    ```\n- end",
      [
        "- a\n  - b\n\n    ```js\n    let v1 = 1;\n    let v2 = 2;\n    let v3 = 3;\n    let v4 = 4;\n    let \n```",
        "- - ```js\n    v5 = 5;\n    let v6 = 6;\n    ```\n- end",
      ],
    ],
    [
      "goes on in a nested numbered item",
      130,
      "1. a\n   1. b\n   1. c\n\n      ```js\n      let v1 = 1;\n      let v2 = 2;\n      let v3 = 3;\n      let v4 = 4;\n      let v5 = 5;\n      let v6 = 6;\n      ```\n1. end",
      [
        "1. a\n   1. b\n   1. c\n\n      ```js\n      let v1 = 1;\n      let v2 = 2;\n      let v3 = 3;\n      let v4 = 4;\n      let v5 = 5;\n```",
        "1. 2. ```js\n      let v6 = 6;\n      ```\n1. end",
      ],
    ],
    [
      "goes on in an item that a tab indents",
      72,
      "-\ta\n\n\t```js\n\tlet v1 = 1;\n\tlet v2 = 2;\n\tlet v3 = 3;\n\tlet v4 = 4;\n\tlet v5 = 5;\n\tlet v6 = 6;\n\t```\n- end",
      [
        "-\ta\n\n\t```js\n\tlet v1 = 1;\n\tlet v2 = 2;\n\tlet v3 = 3;\n\tlet v4 = 4;\n```",
        "-   ```js\n\tlet v5 = 5;\n\tlet v6 = 6;\n\t```\n- end",
      ],
    ],
    [
      "goes on in an item with a wide gap",
      100,
      "1.   a\n\n     ```js\n     let v1 = 1;\n     let v2 = 2;\n     let v3 = 3;\n     let v4 = 4;\n     let v5 = 5;\n     let v6 = 6;\n     ```\n2. end",
      [
        "1.   a\n\n     ```js\n     let v1 = 1;\n     let v2 = 2;\n     let v3 = 3;\n     let v4 = 4;\n```",
        "1.   ```js\n     let v5 = 5;\n     let v6 = 6;\n     ```\n2. end",
      ],
    ],
    [
      "goes on indented by as much as it was",
      96,
      "   ```js\n   let v1 = 1;\n   let v2 = 2;\n   let v3 = 3;\n   let v4 = 4;\n   let v5 = 5;\n   let v6 = 6;\n   ```\nend",
      [
        "   ```js\n   let v1 = 1;\n   let v2 = 2;\n   let v3 = 3;\n   let v4 = 4;\n   let v5 = 5;\n   ```",
        "   ```js\n   let v6 = 6;\n   ```\nend",
      ],
    ],
    [
      "is closed at its margin on a card that is wide enough for it",
      160,
      "- a\n  - ```js\n    let v1 = 1;\n    let v2 = 2;\n    let v3 = 3;\n    let v4 = 4;\n    let v5 = 5;\n    let v6 = 6;\n    let v7 = 7;\n    let v8 = 8;\n    let v9 = 9;\n    ```\n",
      [
        "- a\n  - ```js\n    let v1 = 1;\n    let v2 = 2;\n    let v3 = 3;\n    let v4 = 4;\n    let v5 = 5;\n    let v6 = 6;\n    let v7 = 7;\n    let v8 = 8;\n    ```",
        "- - ```js\n    let v9 = 9;\n    ```\n",
      ],
    ],
    [
      "goes on with its own marks",
      74,
      "~~~~\na();\n~~~\nlet v1 = 1;\nlet v2 = 2;\nlet v3 = 3;\nlet v4 = 4;\nlet v5 = 5;\nlet v6 = 6;\n~~~~\nend",
      [
        "~~~~\na();\n~~~\nlet v1 = 1;\nlet v2 = 2;\nlet v3 = 3;\nlet v4 = 4;\nlet v5 \n~~~~",
        "~~~~\n= 5;\nlet v6 = 6;\n~~~~\nend",
      ],
    ],
    [
      "keeps its carriage returns",
      74,
      "```js\r\nlet v1 = 1;\r\nlet v2 = 2;\r\nlet v3 = 3;\r\nlet v4 = 4;\r\nlet v5 = 5;\r\nlet v6 = 6;\r\n```\r\nend",
      [
        "```js\r\nlet v1 = 1;\r\nlet v2 = 2;\r\nlet v3 = 3;\r\nlet v4 = 4;\r\nlet v5 = \n```",
        "```js\n5;\r\nlet v6 = 6;\r\n```\r\nend",
      ],
    ],
    [
      "keeps its blank lines",
      50,
      "```js\nlet a = 1;\n\n\nlet b = 2;\n\n\nlet cc = 25;\n\n\n\nlet c = 3;\nlet d = 5;\n```\n",
      ["```js\nlet a = 1;\n\n\nlet b = 2;\n\n\nlet cc = 25;\n```", "```js\n\n\n\nlet c = 3;\nlet d = 5;\n```\n"],
    ],
    [
      "ends at a line that ends its quote",
      56,
      "> ```js\n> let v1 = 1;\n> let v2 = 2;\n> let v3 = 3;\noutside the quote there is more",
      ["> ```js\n> let v1 = 1;\n> let v2 = 2;\n> let v3 = 3;\n```", "outside the quote there is more"],
    ],
    [
      "ends at a line that ends its item",
      56,
      "- ```js\n  let v1 = 1;\n  let v2 = 2;\n  let v3 = 3;\noutside the item there is more",
      ["- ```js\n  let v1 = 1;\n  let v2 = 2;\n  let v3 = 3;\n```", "outside the item there is more"],
    ],
    [
      "whose next line would close it gets no second card",
      56,
      "```js\nlet v1 = 1;\nlet v2 = 2;\nlet v3 = 3; // 12345\n```\nand after that some",
      ["```js\nlet v1 = 1;\nlet v2 = 2;\nlet v3 = 3; // 12345\n```\n", "and after that some"],
    ],
    [
      "whose next line would close it with two units gets none",
      58,
      "```js\r\nlet v1 = 1;\r\nlet v2 = 2;\r\nlet v3 = 3; // 123\r\n```\r\nand after that some",
      ["```js\r\nlet v1 = 1;\r\nlet v2 = 2;\r\nlet v3 = 3; // 123\r\n```\r\n", "and after that some"],
    ],
    [
      "is closed where its card is full by its last line",
      56,
      "```js\nlet v1 = 1;\nlet v2 = 2;\nlet v3 = 3; // 1234567\n```\nand after that some",
      ["```js\nlet v1 = 1;\nlet v2 = 2;\nlet v3 = 3; // 1234567\n```", "and after that some"],
    ],
    [
      "is closed where its card is full by its last line of two units",
      56,
      "```js\r\nlet v1 = 1;\r\nlet v2 = 2;\r\nlet v3 = 3; // 1234\r\n```\r\nand after that some",
      ["```js\r\nlet v1 = 1;\r\nlet v2 = 2;\r\nlet v3 = 3; // 1234\n```", "and after that some"],
    ],
    [
      "is closed where the text ends",
      56,
      "```js\nlet v1 = 1;\nlet v2 = 2;\nlet v3 = 3; // 1234567\n```",
      ["```js\nlet v1 = 1;\nlet v2 = 2;\nlet v3 = 3; // 1234567\n```"],
    ],
    [
      "keeps the empty lines that its next card begins with",
      56,
      "```js\nlet v1 = 1;\nlet v2 = 2;\nlet v3 = 3; // 1234567\n\n\nlet v4 = 4;\n```\n",
      ["```js\nlet v1 = 1;\nlet v2 = 2;\nlet v3 = 3; // 1234567\n```", "```js\n\n\nlet v4 = 4;\n```\n"],
    ],
    [
      "keeps the empty line for which there is no room",
      56,
      "```js\nlet v1 = 1;\nlet v2 = 2;\nlet v3 = 3; // 123456\n\n\nlet v4 = 4;\n```\n",
      ["```js\nlet v1 = 1;\nlet v2 = 2;\nlet v3 = 3; // 123456\n```", "```js\n\n\nlet v4 = 4;\n```\n"],
    ],
    [
      "goes on in a nested item whose number is too wide, with a bullet for it",
      100,
      "- x\n\n  9. a\n  1. b\n\n     ```js\n     let v1 = 1;\n     let v2 = 2;\n     let v3 = 3;\n     let v4 = 4;\n     let v5 = 5;\n     let v6 = 6;\n     ```\nend",
      [
        "- x\n\n  9. a\n  1. b\n\n     ```js\n     let v1 = 1;\n     let v2 = 2;\n     let v3 = 3;\n     let v4 \n```",
        "- -  ```js\n     = 4;\n     let v5 = 5;\n     let v6 = 6;\n     ```\nend",
      ],
    ],
    [
      "repeats only its language when the rest of its first line is long",
      64,
      '```ts title="some quite long name of a file.ts"\nlet v1 = 1;\nlet v2 = 2;\nlet v3 = 3;\n```\n',
      ['```ts title="some quite long name of a file.ts"\nlet v1 = 1;\n```', "```ts\nlet v2 = 2;\nlet v3 = 3;\n```\n"],
    ],
    [
      "repeats no language that is long itself",
      64,
      "```alanguagewithalongnameofmorethan30characters\nlet v1 = 1;\nlet v2 = 2;\nlet v3 = 3;\n```\n",
      ["```alanguagewithalongnameofmorethan30characters\nlet v1 = 1;\n```", "```\nlet v2 = 2;\nlet v3 = 3;\n```\n"],
    ],
    [
      "is cut between words where a line is too long",
      64,
      "```js\nword1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13 word14 word15 word16 word17 word18 word19 word20\n```\n",
      [
        "```js\nword1 word2 word3 word4 word5 word6 word7 word8 word9 \n```",
        "```js\nword10 word11 word12 word13 word14 word15 word16 word1\n```",
        "```js\n7 word18 word19 word20\n```\n",
      ],
    ],
    [
      "is cut anywhere where a word is too long",
      64,
      "```js\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxy\n```\n",
      [
        "```js\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n```",
        "```js\nxxxxxxxxxxxxxxxxxxxxxxxxxxy\n```\n",
      ],
    ],
    [
      "is cut inside a line of an item's",
      80,
      "- ```js\n  xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxy\n  ```\n",
      [
        "- ```js\n  xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n  ```",
        "  ```js\n  xxxxxxxxxxxxxxxxxxxxxxxxxxy\n  ```\n",
      ],
    ],
    [
      "is cut inside a line of a quote's",
      80,
      "> ```js\n> xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxy\n> ```\n",
      [
        "> ```js\n> xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n> ```",
        "> ```js\n> xxxxxxxxxxxxxxxxxxxxxxxxxxy\n> ```\n",
      ],
    ],
    [
      "is opened by marks that leave room for it only",
      48,
      "````js\nlet v1 = 1;\nlet v2 = 2;\nlet v3 = 3;\n````\n",
      ["````js\nlet v1 = 1;\nlet v2 = 2;\nlet v3 = 3;\n````\n"],
    ],
    [
      "with marks in it is cut between words, as other code is",
      64,
      "```\nlet v1 = 1;\nlet v2 = 2;\nlet v3 = 3;\nsee [label of it](https://e.com) and more\n```\n",
      ["```\nlet v1 = 1;\nlet v2 = 2;\nlet v3 = 3;\nsee [label of it](ht\n```", "```\ntps://e.com) and more\n```\n"],
    ],
    [
      "with a line that is a long gap is cut in it",
      100,
      "~~~~\nlet v1 = 1;\n                                                                                                                                  \nlet v2 = 2;\n~~~~\n",
      [
        "~~~~\nlet v1 = 1;\n                                                                              \n~~~~",
        "~~~~\n                                                    \nlet v2 = 2;\n~~~~\n",
      ],
    ],
    [
      "whose first line would be cut begins the next card",
      56,
      'words and words and words and\n```js title="a b c d e"\nlet v1 = 1;\n```\n',
      ["words and words and words and\n", '```js title="a b c d e"\nlet v1 = 1;\n```\n'],
    ],
    [
      "whose first line ends where the card does stays on it",
      64,
      "words and words and words and words \n~~~js title\nlet v1 = 1;\n~~~\n",
      ["words and words and words and words \n~~~js title\nlet v1 = 1;\n~~~", ""],
    ],
    [
      "keeps a long gap in a line of it",
      150,
      "```\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa                                                                                                                                                                                                        b\n```\n",
      [
        "```\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa                      \n```",
        "```\n                                                                                                                                              \n```",
        "```\n                                    b\n```\n",
      ],
    ],
    [
      "is not closed before a card that ends behind it",
      56,
      "```js\nlet v1 = 1;\nlet v2 = 2;\nlet v3 = 3;\n```\n\n\n\n\n\n\n\n\n\n\n\nend",
      ["```js\nlet v1 = 1;\nlet v2 = 2;\nlet v3 = 3;\n```\n\n\n\n\n\n\n\n\n\n\n", "end"],
    ],
    [
      "whose marks are long for a card that is small in bytes is text",
      100,
      "`````js\n字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字\n`````\n",
      [
        "`````js\n字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字",
        "字字字字字字字字字字字字字字\n`````\n",
      ],
      { maxBytes: 150 },
    ],
  ])("%s", makesCards);
});
