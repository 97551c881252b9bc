import * as fc from "fast-check";

const WORDS = [
  "seam",
  "card",
  "The",
  "a",
  "流式",
  "卡片",
  "回复内容",
  "每个字",
  "naïve",
  "e\u0301",
  "z͑͗a̴l̷",
  "👨‍👩‍👧‍👦",
  "🇨🇳",
  "👍🏽",
  "x",
  "1.",
  "-",
  "#",
  "…",
  "。",
  "!",
  "？",
  "don't",
  "\\*",
];
const SEPARATORS = [" ", "", ", ", "，", ". ", "。", "  "];

const phrase: fc.Arbitrary<string> = fc
  .array(fc.tuple(fc.constantFrom(...WORDS), fc.constantFrom(...SEPARATORS)), { minLength: 1, maxLength: 30 })
  .map((parts) => parts.map(([word, separator]) => word + separator).join(""));

const inline: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: phrase },
  phrase.map((text) => `\`${text.replaceAll("`", "")}\``),
  phrase.map((text) => `[${text}](https://example.com/${text.length})`),
  phrase.map((text) => `![${text}](img_v3_key)`),
  phrase.map((text) => `**${text.trim()}**`),
  phrase.map((text) => `<font color=green>${text}</font>`),
  fc.constantFrom("<at id=ou_1></at>", "<br>", "a < b", "[", "`", "**", "<", "[1]", "snake__case", "\\`", "|", "```"),
);

const paragraphText: fc.Arbitrary<string> = fc
  .array(inline, { minLength: 1, maxLength: 6 })
  .map((parts) => parts.join(" "));

const fence: fc.Arbitrary<string> = fc
  .record({
    marker: fc.constantFrom("```", "~~~", "````"),
    info: fc.constantFrom("", "ts", 'ts title="src/a very long name/of a file.ts" {1,3-5} showLineNumbers', "mermaid"),
    lines: fc.array(fc.oneof(phrase, fc.constantFrom("", "| a | b |", "- x", "    deep", "``", "# no")), {
      maxLength: 15,
    }),
    closed: fc.boolean(),
  })
  .map(({ marker, info, lines, closed }) => [marker + info, ...lines, ...(closed ? [marker] : [])].join("\n"));

const list: fc.Arbitrary<string> = fc
  .record({
    style: fc.constantFrom("bullet", "ordered", "lazy", "star"),
    items: fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), paragraphText, fc.boolean()), {
      minLength: 1,
      maxLength: 12,
    }),
    width: fc.constantFrom(2, 3, 4),
  })
  .map(({ style, items, width }) => {
    const marker = (n: number): string =>
      style === "ordered" ? `${n}.` : style === "lazy" ? "1." : style === "star" ? "*" : "-";
    return items
      .map(([depth, text, more], i) => {
        const indent = " ".repeat(depth * width);
        return `${indent}${marker(i + 1)} ${text}${more ? `\n\n${indent}   more ${text}` : ""}`;
      })
      .join("\n");
  });

const table: fc.Arbitrary<string> = fc
  .record({ pipes: fc.boolean(), rows: fc.array(fc.tuple(phrase, phrase), { maxLength: 10 }) })
  .map(({ pipes, rows }) => {
    const row = (a: string, b: string): string => (pipes ? `| ${a} | ${b} |` : `${a} | ${b}`);
    return [row("name", "值"), row("---", ":-:"), ...rows.map(([a, b]) => row(a, b))].join("\n");
  });

const quote: fc.Arbitrary<string> = fc.oneof(paragraphText, fence, list, table).map((text) =>
  text
    .split("\n")
    .map((line) => `> ${line}`)
    .join("\n"),
);

const block: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: paragraphText },
  fc.array(paragraphText, { minLength: 2, maxLength: 5 }).map((lines) => lines.join("\n")),
  fence,
  fence.map(
    (text) =>
      `- item\n${text
        .split("\n")
        .map((line) => `  ${line}`)
        .join("\n")}`,
  ),
  list,
  table,
  quote,
  fc.tuple(fc.integer({ min: 1, max: 6 }), phrase).map(([level, text]) => `${"#".repeat(level)} ${text}`),
  fc.constantFrom("---", "    indented code\n    more of it", "<hr>"),
  fc.tuple(phrase, fc.integer({ min: 1, max: 40 })).map(([text, times]) => text.repeat(times)),
  fc.string({ unit: "grapheme", maxLength: 80 }),
  fc.string({ unit: "binary", maxLength: 40 }),
);

/** A Markdown document of everything a model may write, well formed or not. */
export const markdown: fc.Arbitrary<string> = fc
  .record({
    blocks: fc.array(fc.tuple(block, fc.constantFrom("\n\n", "\n", "\n\n\n\n")), { maxLength: 14 }),
    crlf: fc.boolean(),
  })
  .map(({ blocks, crlf }) => {
    const text = blocks.map(([text, gap]) => text + gap).join("");
    return crlf ? text.replaceAll("\n", "\r\n") : text;
  });
