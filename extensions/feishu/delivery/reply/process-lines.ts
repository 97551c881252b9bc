import { shortened } from "../../../../src/text/index.ts";
import type { Remark, ReplyState, ToolLine } from "./reply-state.ts";

/**
 * What went on beside the answer, a line each, in the order in which it happened: tool calls, and what was said before them.
 * @param here whether a line of that slot stands on the card
 */
export function processLines(state: Pick<ReplyState, "tools" | "remarks">, here: (slot: number) => boolean): string[] {
  const lines: string[] = [];
  const remarks = [...state.remarks];
  const say = (upTo: number): void => {
    while (remarks[0] !== undefined && remarks[0].toolsBefore <= upTo) {
      const [remark] = remarks.splice(0, 1);
      if (remark !== undefined && here(remark.slot)) lines.push(remarkLine(remark));
    }
  };
  let count = 0;
  for (const tool of state.tools.values()) {
    say(count);
    if (here(tool.slot)) lines.push(toolLine(tool));
    count += 1;
  }
  say(Infinity);
  return lines;
}

const remarkLine = ({ text }: Remark): string => `💬 ${text.replace(/\s+/gu, " ").trim()}`;

function toolLine(tool: ToolLine): string {
  const mark = { running: "⏳", done: "✅", failed: "❌" }[tool.state];
  const seconds = tool.endedAt === undefined ? "" : ` · ${((tool.endedAt - tool.startedAt) / 1000).toFixed(1)} s`;
  const detail = tool.detail === undefined || tool.detail === "" ? "" : ` — ${oneLine(tool.detail)}`;
  return `${mark} **${oneLine(tool.name)}**${detail}${seconds}`;
}

/** Names and details as they are: what would be a mark in Markdown, or a tag, is shown. */
function oneLine(text: string): string {
  const short = shortened(text.replace(/\s+/gu, " ").trim(), 120);
  return short.replace(/[\\*`<>~[\]$|]|&(?=#?\w+;)|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, String.raw`\$&`);
}
