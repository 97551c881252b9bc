import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { cardsOf } from "./cards.ts";

const page = readFileSync(new URL("../../docs/en/explanation/seams.md", import.meta.url), "utf8");

const EXAMPLES: readonly [name: string, maxChars: number, text: string][] = [
  [
    "code",
    130,
    'Set it up like this:\n\n```ts title="server.ts"\nimport { serve } from "./serve.ts";\n\nconst server = serve({ port: 8080 });\nserver.on("request", answer);\nserver.on("close", report);\n```\n',
  ],
  [
    "tables",
    85,
    "| city | 人口 |\n|:--|--:|\n| 北京 | 21,893,095 |\n| 上海 | 24,870,895 |\n| 广州 | 18,676,605 |\n| 深圳 | 17,560,061 |\n",
  ],
  [
    "lists",
    80,
    "1. Create an app\n1. Turn on the bot\n1. Add the scopes\n1. Publish a version\n    - ask an admin\n    - wait for the review\n1. Invite the bot\n",
  ],
  ["quotes", 60, "> The first line of a quote that is long, and the second sentence of it, which goes on."],
];

describe("[D5] docs/en/explanation/seams.md", () => {
  it.each(EXAMPLES)("shows what really happens to %s", (_, maxChars, text) => {
    const cards = cardsOf(text, { maxChars, maxBytes: 28_000, maxTables: 4 });
    expect(cards).toHaveLength(2);
    for (const card of cards) expect(page).toContain(`text\n${card.rendered.trimEnd()}\n\`\`\``);
  });
});
