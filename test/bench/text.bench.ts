import { Bench } from "tinybench";
import { BlockChunker } from "../../src/stream/block-chunker.ts";
import { toDelta } from "../../src/stream/index.ts";
import { countTables, findBlockEnd, findSeam, NO_CARRY, planCard, safeCut, utf8Length } from "../../src/text/index.ts";

/**
 * Speed of the text functions on the path of every delta. Run with `node test/bench/text.bench.ts`.
 * A card of 3,000 characters is planned on every flush, so its mean time times the flushes of a card is what a card costs.
 */

const limits = { maxChars: 3_000, maxBytes: 28_000, maxTables: 4 };

const MIXED = [
  "## A heading with **bold** words\n\n",
  "A paragraph of prose with `inline code`, a [link](https://example.com/path?a=b) and some 中文内容，夹在中间。It goes on for a while, as prose does.\n\n",
  "1. first item of a list\n2. second item with `code`\n    - nested item\n    - another one\n3. third\n\n",
  '```ts title="example.ts"\nconst answer: number = 42;\nfunction add(a: number, b: number): number {\n  return a + b;\n}\n```\n\n',
  "> a quote of **some** length\n> on two lines\n\n",
].join("");

const texts = {
  mixed: MIXED.repeat(40),
  chinese: "这是一段没有空行的中文内容，用来测量长段落的速度。".repeat(600),
  emoji: "👨‍👩‍👧‍👦👍🏽🇨🇳".repeat(700),
  code: `\`\`\`ts\n${"const answer = compute(42); // the answer\n".repeat(300)}\`\`\`\n`,
  "stray marks": "[ ` ** < word ".repeat(900),
};

const bench = new Bench({ time: 400, warmupTime: 100 });

for (const [name, text] of Object.entries(texts)) {
  const growing = text.slice(0, 2_600);
  bench.add(`planCard, 2,600 characters so far, ${name}`, () => void planCard(growing, 0, NO_CARRY, limits));
  bench.add(`findSeam, a full card, ${name}`, () => void findSeam(text, 0, NO_CARRY, limits));
}
bench.add("findBlockEnd, 3,000 characters", () => void findBlockEnd(texts.mixed.slice(0, 3_000), 0, 2_900));
bench.add("countTables, 3,000 characters", () => void countTables(texts.mixed.slice(0, 3_000)));
bench.add("utf8Length, 3,000 characters", () => void utf8Length(texts.chinese.slice(0, 3_000)));
bench.add("safeCut, emoji", () => void safeCut(texts.emoji, 3_001));
bench.add("BlockChunker, 3,000 deltas of 4 characters", () => {
  const chunker = new BlockChunker();
  for (let at = 0; at < 12_000; at += 4) chunker.append(toDelta(texts.mixed.slice(at, at + 4)));
  chunker.flush();
});

await bench.run();
console.table(
  bench.tasks.map(({ name, result }) => {
    if (!("latency" in result)) return { name, "µs (mean)": Number.NaN, "µs (median)": Number.NaN };
    const micros = (ms: number): number => Math.round(ms * 10_000) / 10;
    return { name, "µs (mean)": micros(result.latency.mean), "µs (median)": micros(result.latency.p50) };
  }),
);
