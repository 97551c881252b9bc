import { writeFileSync } from "node:fs";
import { z } from "zod";
import { silentLogger } from "../../../src/log/index.ts";
import type { ChannelTool } from "../../../src/plugin-sdk/index.ts";
import { createSystemClock } from "../../../src/time/index.ts";
import { createFeishuClient } from "../client/index.ts";
import { FeishuDelivery } from "../delivery/index.ts";
import { createFeishuTools } from "../tools/index.ts";

const INTRODUCTION = `# MCP tools

What \`cardstream mcp\` offers to an assistant, in this order of maturity. How to connect one: [Give an assistant Feishu as
tools](../how-to/mcp.md). Every result has a sentence for the model and the same as structured data; a failure is a result too, with what is
wrong and what to do next. 每个结果都有给模型看的一句话和同样内容的结构化数据；失败也是结果，会说明原因和下一步。

This page is generated from \`extensions/feishu/tools/\`: \`node extensions/feishu/scripts/tool-reference.ts\`.

## Codes of failures

- \`invalid-target\`, \`invalid-card\`, \`invalid-image\`, \`unreadable-image\`, \`invalid-input\`: nothing was sent; the input has to change.
- \`not-allowed\`: the chat or person is not among those given by \`--allow\`.
- \`missing-scope\`: the app lacks a permission; the text names it and the page that grants it.
- \`unknown-fate\`: there was no answer, so it may have been done. \`unreachable\`: certainly not done.
- \`unknown-stream\`, \`closed-stream\`, \`wrong-offset\`, \`too-long\`, \`too-many-streams\`: about a stream; nothing was appended.
- \`not-delivered\`: the stream is closed and only a part of its text is certain to be visible; the text says how much.
- Others are the kinds of [Feishu's error codes](errors.md): \`rate-limited\`, \`forbidden\`, \`not-found\` and so on.
`;

interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: string | number | boolean;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

/** The reference page of all tools, as Markdown. */
export function toolReference(): string {
  const clock = createSystemClock();
  const account = { appId: "cli_reference", appSecret: "none" };
  const random = (): number => 0;
  const client = createFeishuClient({ account, clock, logger: silentLogger, random });
  const delivery = new FeishuDelivery({ client, clock, random });
  const { tools } = createFeishuTools({ delivery, newId: () => "" });
  return [INTRODUCTION, ...tools.map(describe)].join("\n");
}

function describe({ name, title, description, input, output, hints }: ChannelTool): string {
  const notes = [
    hints.readOnly ? "reads only" : "writes",
    ...(hints.destructive ? ["replaces what was there"] : []),
    hints.idempotent ? "repeating it changes nothing" : "repeating it does it again",
  ];
  return `## \`${name}\`: ${title.toLowerCase()}

${description}

_${notes.join("; ")}_

Input:

${fields(z.toJSONSchema(input, { io: "input" }) as JsonSchema)}

Output:

${fields(z.toJSONSchema(output) as JsonSchema)}
`;
}

function fields({ properties = {}, required = [] }: JsonSchema): string {
  const lines = Object.entries(properties).map(([name, field]) => {
    const kind =
      field.enum === undefined ? (field.type ?? "") : field.enum.map((value) => `\`${String(value)}\``).join(" or ");
    const fallback = field.default === undefined ? "" : `, default \`${field.default}\``;
    const optional = required.includes(name) || field.default !== undefined ? "" : ", optional";
    return `- \`${name}\` (${kind}${optional}${fallback})${field.description === undefined ? "" : `: ${field.description}`}`;
  });
  return lines.join("\n");
}

if (import.meta.main) writeFileSync(new URL("../../../docs/reference/mcp.md", import.meta.url), toolReference());
