import { writeFileSync } from "node:fs";
import { z } from "zod";
import { silentLogger } from "../../../src/log/index.ts";
import type { ChannelTool } from "../../../src/plugin-sdk/index.ts";
import { createSystemClock } from "../../../src/time/index.ts";
import { createFeishuClient } from "../client/index.ts";
import { FeishuDelivery } from "../delivery/index.ts";
import { createFeishuTools } from "../tools/index.ts";

type Language = "en" | "zh";

const INTRODUCTION: Readonly<Record<Language, string>> = {
  en: `# MCP tools

What \`cardstream mcp\` offers to an assistant, in this order of maturity. How to connect one: [Give an assistant Feishu as
tools](../how-to/mcp.md). Every result has a sentence for the model and the same as structured data; a failure is a result too, with what is
wrong and what to do next.

This page is generated from \`extensions/feishu/tools/\`: \`node extensions/feishu/scripts/tool-reference.ts\`.

## Codes of failures

- \`invalid-target\`, \`invalid-card\`, \`invalid-image\`, \`unreadable-image\`, \`invalid-input\`: nothing was sent; the input has to change.
- \`not-allowed\`: the chat or person is not among those given by \`--allow\`.
- \`missing-scope\`: the app lacks a permission; the text names it and the page that grants it.
- \`unknown-fate\`: there was no answer, so it may have been done. \`unreachable\`: certainly not done.
- \`unknown-stream\`, \`closed-stream\`, \`wrong-offset\`, \`too-long\`, \`too-many-streams\`: about a stream; nothing was appended.
- \`not-delivered\`: the stream is closed and only a part of its text is certain to be visible; the text says how much.
- Others are the kinds of [Feishu's error codes](errors.md): \`rate-limited\`, \`forbidden\`, \`not-found\` and so on.
`,
  zh: `# MCP 工具

\`cardstream mcp\` 提供给助手的工具，按成熟程度排列。怎样连接助手，见[让助手以工具方式使用飞书](../how-to/mcp.md)。每个结果都有给模型看的一句话和同样内容的结构化数据；失败也是结果，会说明哪里不对、下一步做什么。工具名称与说明是模型看到的原文，因此保留英文。

本页由 \`extensions/feishu/tools/\` 生成：\`node extensions/feishu/scripts/tool-reference.ts\`。

## 失败的代码

- \`invalid-target\`、\`invalid-card\`、\`invalid-image\`、\`unreadable-image\`、\`invalid-input\`：什么都没有发送，必须修改输入。
- \`not-allowed\`：该会话或该人不在 \`--allow\` 所列之中。
- \`missing-scope\`：应用缺少权限；文字里写明是哪一项和开通它的页面。
- \`unknown-fate\`：没有得到应答，可能已经执行。\`unreachable\`：肯定没有执行。
- \`unknown-stream\`、\`closed-stream\`、\`wrong-offset\`、\`too-long\`、\`too-many-streams\`：与流有关，没有追加任何内容。
- \`not-delivered\`：流已关闭，只能确定一部分文字可见；文字里写明是多少。
- 其他的是[飞书错误码](errors.md)的类别：\`rate-limited\`、\`forbidden\`、\`not-found\` 等。
`,
};

/** The words around what the tools say of themselves. */
const WORDS = {
  en: {
    readOnly: "reads only",
    writes: "writes",
    destructive: "replaces what was there",
    idempotent: "repeating it changes nothing",
    again: "repeating it does it again",
    between: "; ",
    input: "Input:",
    output: "Output:",
    optional: ", optional",
    fallback: ", default ",
    or: " or ",
  },
  zh: {
    readOnly: "只读",
    writes: "写入",
    destructive: "取代原有内容",
    idempotent: "重复调用不产生变化",
    again: "重复调用会再做一次",
    between: "；",
    input: "输入：",
    output: "输出：",
    optional: "，可选",
    fallback: "，默认 ",
    or: " 或 ",
  },
} as const;

interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: string | number | boolean;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

/** The reference page of all tools in one language, as Markdown. */
export function toolReference(language: Language): string {
  const clock = createSystemClock();
  const account = { appId: "cli_reference", appSecret: "none" };
  const random = (): number => 0;
  const client = createFeishuClient({ account, clock, logger: silentLogger, random });
  const delivery = new FeishuDelivery({ client, clock, random });
  const { tools } = createFeishuTools({ delivery, newId: () => "" });
  return [INTRODUCTION[language], ...tools.map((tool) => describe(tool, language))].join("\n");
}

function describe({ name, title, description, input, output, hints }: ChannelTool, language: Language): string {
  const words = WORDS[language];
  const notes = [
    hints.readOnly ? words.readOnly : words.writes,
    ...(hints.destructive ? [words.destructive] : []),
    hints.idempotent ? words.idempotent : words.again,
  ];
  return `## \`${name}\`: ${title.toLowerCase()}

${description}

_${notes.join(words.between)}_

${words.input}

${fields(z.toJSONSchema(input, { io: "input" }) as JsonSchema, language)}

${words.output}

${fields(z.toJSONSchema(output) as JsonSchema, language)}
`;
}

function fields({ properties = {}, required = [] }: JsonSchema, language: Language): string {
  const words = WORDS[language];
  const lines = Object.entries(properties).map(([name, field]) => {
    const kind =
      field.enum === undefined ? (field.type ?? "") : field.enum.map((value) => `\`${String(value)}\``).join(words.or);
    const fallback = field.default === undefined ? "" : `${words.fallback}\`${field.default}\``;
    const optional = required.includes(name) || field.default !== undefined ? "" : words.optional;
    return `- \`${name}\` (${kind}${optional}${fallback})${field.description === undefined ? "" : `: ${asMarkdown(field.description)}`}`;
  });
  return lines.join("\n");
}

/** A description, in which something like a tag would be one. */
function asMarkdown(text: string): string {
  return text.replaceAll(/<\w+>/gu, "`$&`");
}

if (import.meta.main)
  for (const language of ["en", "zh"] as const)
    writeFileSync(new URL(`../../../docs/${language}/reference/mcp.md`, import.meta.url), toolReference(language));
