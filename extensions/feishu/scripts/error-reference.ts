import { writeFileSync } from "node:fs";
import {
  CARD_CONTENT_ERRORS,
  CARDKIT_ERRORS,
  GATEWAY_ERRORS,
  IM_ERRORS,
  LONG_CONNECTION_ERRORS,
} from "../client/index.ts";
import type { FeishuErrorRow } from "../client/index.ts";

const INTRODUCTION = `# Errors of Feishu · 飞书错误码

Every code this program knows, what it means and what to do. Programs act on the _kind_; a code that is not here has the kind
\`unknown\`. 程序依据“类别”处理错误；未列出的错误码类别为 \`unknown\`。

This page is generated from \`extensions/feishu/client/error-table/\`: \`node extensions/feishu/scripts/error-reference.ts\`.

## Kinds · 类别

- \`rate-limited\`: the write waits as long as Feishu asks; newer text replaces it meanwhile. 按飞书要求等待，其间由更新的文本取代。
- \`unauthenticated\`: the token is renewed once; then it is a matter of credentials. 自动刷新令牌一次，之后需检查凭证。
- \`forbidden\`: not tried again; a person has to grant or change something. 不再重试，需人工授权或调整。
- \`not-found\`, \`expired\`: not tried again on this card or message; the reply goes on in a new one. 改用新的卡片或消息。
- \`sequence-conflict\`: sent again with a larger \`sequence\`. 使用更大的 \`sequence\` 重发。
- \`duplicate\`: the write was applied before. 操作此前已生效。
- \`too-large\`: the reply continues in the next card. 回复在下一张卡片继续。
- \`streaming-closed\`: streaming mode is switched on again. 重新开启流式模式。
- \`element-missing\`: tried again shortly, then the whole card is written. 稍后重试，再不行则整卡更新。
- \`busy\`, \`server\`: tried again. 重试。
- \`invalid\`: not tried again as it is; the reply falls back to a simpler form. 不原样重试，回复降级为更简单的形式。

Two more errors never come from Feishu: \`FeishuTransportError\` (\`timeout\`, \`network\`, \`bad-body\`: no usable answer, so it is
not known whether the call was carried out unless \`maybeApplied\` is false) and \`FeishuInputError\` (an argument cannot be right, so
nothing was sent).
`;

const TABLES: readonly (readonly [title: string, rows: readonly FeishuErrorRow[]])[] = [
  ["Gateway and tokens · 网关与令牌", GATEWAY_ERRORS],
  ["Cards (CardKit) · 卡片", CARDKIT_ERRORS],
  ["Messages · 消息", IM_ERRORS],
  ["Card content: sub-codes of 230099 · 卡片内容：230099 的子错误码", CARD_CONTENT_ERRORS],
  ["Long connection · 长连接", LONG_CONNECTION_ERRORS],
];

/** The reference page of all error codes, as Markdown. */
export function errorReference(): string {
  return [INTRODUCTION, ...TABLES.map(([title, rows]) => `## ${title}\n\n${list(rows)}\n`)].join("\n");
}

function list(rows: readonly FeishuErrorRow[]): string {
  const items = rows.map((row) => {
    const only = [row.operation && `\`${row.operation}\``, row.text && `“${row.text}”`].filter(Boolean).join(" ");
    return `- **${row.code}**${only === "" ? "" : ` (${only})`} \`${row.kind}\`: ${row.meaning.en}. ${row.remedy.en} ${row.meaning.zh}。${row.remedy.zh} (${row.source})`;
  });
  return items.join("\n");
}

if (import.meta.main) writeFileSync(new URL("../../../docs/reference/errors.md", import.meta.url), errorReference());
