import { z } from "zod";
import { defineChannelTool } from "../../../src/plugin-sdk/index.ts";
import type { ChannelTool } from "../../../src/plugin-sdk/index.ts";
import { sendPostFeishu, sendTextFeishu } from "../send.ts";
import type { ToolContext } from "./context.ts";
import { sendMessage, sentOutput } from "./send-message.ts";
import { targetFields, toTarget } from "./target.ts";

/** `send_text`: one finished message. */
export function sendText(context: ToolContext): ChannelTool {
  return defineChannelTool({
    name: "send_text",
    title: "Send a text message",
    description:
      "Sends one finished message. For tables, headings or text longer than a few paragraphs send_card or stream_card_open look better.",
    input: z.object({
      ...targetFields,
      text: z.string().min(1).max(30_000).describe("The message."),
      format: z
        .enum(["plain", "markdown"])
        .default("plain")
        .describe("markdown: bold, lists, links and code are shown as such."),
    }),
    output: sentOutput,
    hints: { readOnly: false, destructive: false, idempotent: false },
    run({ text, format, ...target }, { signal }) {
      return sendMessage(context, toTarget(target), signal, (client, outgoing) =>
        format === "markdown"
          ? sendPostFeishu(client, { ...outgoing, markdown: text }, { signal })
          : sendTextFeishu(client, { ...outgoing, text }, { signal }),
      );
    },
  });
}
