import { writeFileSync } from "node:fs";
import {
  CARD_CALLBACK_ERRORS,
  CARD_CONTENT_ERRORS,
  CARDKIT_ERRORS,
  GATEWAY_ERRORS,
  IM_ERRORS,
  LONG_CONNECTION_ERRORS,
} from "../client/index.ts";
import type { FeishuErrorRow } from "../client/index.ts";

type Language = "en" | "zh";

const INTRODUCTION: Readonly<Record<Language, string>> = {
  en: `# Errors of Feishu

Every code this program knows, what it means and what to do. Programs act on the _kind_; a code that is not here has the kind
\`unknown\`.

This page is generated from \`extensions/feishu/client/error-table/\`: \`node extensions/feishu/scripts/error-reference.ts\`.

## Kinds

- \`rate-limited\`: the write waits as long as Feishu asks; newer text replaces it meanwhile.
- \`unauthenticated\`: the token is renewed once; then it is a matter of credentials.
- \`forbidden\`: not tried again; a person has to grant or change something.
- \`not-found\`, \`expired\`: not tried again on this card or message; the reply goes on in a new one.
- \`sequence-conflict\`: sent again with a larger \`sequence\`.
- \`duplicate\`: the write was applied before.
- \`too-large\`: the reply continues in the next card.
- \`streaming-closed\`: streaming mode is switched on again.
- \`element-missing\`: tried again shortly, then the whole card is written.
- \`busy\`, \`server\`: tried again.
- \`invalid\`: not tried again as it is; the reply falls back to a simpler form.

Two more errors never come from Feishu: \`FeishuTransportError\` (\`timeout\`, \`network\`, \`bad-body\`: no usable answer, so it is
not known whether the call was carried out unless \`maybeApplied\` is false) and \`FeishuInputError\` (an argument cannot be right, so
nothing was sent).
`,
  zh: `# 飞书错误码

本程序认识的每个错误码、它的含义和处理办法。程序依据“类别”行事；这里没有的错误码，类别为 \`unknown\`。

本页由 \`extensions/feishu/client/error-table/\` 生成：\`node extensions/feishu/scripts/error-reference.ts\`。

## 类别

- \`rate-limited\`：按飞书要求的时间等待，其间由更新的文字取代。
- \`unauthenticated\`：自动刷新令牌一次，再不行就是凭证的问题。
- \`forbidden\`：不再重试，需要有人授权或改动设置。
- \`not-found\`、\`expired\`：不再在这张卡片或这条消息上重试，回复在新的卡片或消息里继续。
- \`sequence-conflict\`：换用更大的 \`sequence\` 重发。
- \`duplicate\`：这次写入先前已经生效。
- \`too-large\`：回复在下一张卡片继续。
- \`streaming-closed\`：重新开启流式模式。
- \`element-missing\`：稍后重试，再不行就更新整张卡片。
- \`busy\`、\`server\`：重试。
- \`invalid\`：不原样重试，回复改用更简单的形式。

另有两种错误不来自飞书：\`FeishuTransportError\`（\`timeout\`、\`network\`、\`bad-body\`：没有得到可用的应答；除非 \`maybeApplied\` 为 false，否则不知道调用是否已经执行）和 \`FeishuInputError\`（参数不可能正确，因此什么都没有发送）。
`,
};

const TABLES: readonly (Readonly<Record<Language, string>> & { readonly rows: readonly FeishuErrorRow[] })[] = [
  { en: "Gateway and tokens", zh: "网关与令牌", rows: GATEWAY_ERRORS },
  { en: "Cards (CardKit)", zh: "卡片（CardKit）", rows: CARDKIT_ERRORS },
  { en: "Messages", zh: "消息", rows: IM_ERRORS },
  { en: "Card content: sub-codes of 230099", zh: "卡片内容：230099 的子错误码", rows: CARD_CONTENT_ERRORS },
  { en: "Presses on cards: shown to people", zh: "点击卡片：用户看到的错误码", rows: CARD_CALLBACK_ERRORS },
  { en: "Long connection", zh: "长连接", rows: LONG_CONNECTION_ERRORS },
];

/** The reference page of all error codes in one language, as Markdown. */
export function errorReference(language: Language): string {
  const tables = TABLES.map((table) => `## ${table[language]}\n\n${list(table.rows, language)}\n`);
  return [INTRODUCTION[language], ...tables].join("\n");
}

function list(rows: readonly FeishuErrorRow[], language: Language): string {
  const items = rows.map((row) => {
    const only = [row.operation && `\`${row.operation}\``, row.text && `“${row.text}”`].filter(Boolean).join(" ");
    const name = `- **${row.code}**${only === "" ? "" : ` (${only})`} \`${row.kind}\``;
    return language === "en"
      ? `${name}: ${row.meaning.en}. ${row.remedy.en} (${row.source})`
      : `${name}：${row.meaning.zh}。${row.remedy.zh} (${row.source})`;
  });
  return items.join("\n");
}

if (import.meta.main)
  for (const language of ["en", "zh"] as const)
    writeFileSync(new URL(`../../../docs/${language}/reference/errors.md`, import.meta.url), errorReference(language));
