import { z } from "zod";
import { defineChannelTool } from "../../../src/plugin-sdk/index.ts";
import type { ChannelTool } from "../../../src/plugin-sdk/index.ts";
import { sendCardFeishu } from "../send.ts";
import { cardFields, toCard } from "./card-content.ts";
import type { ToolContext } from "./context.ts";
import { sendMessage, sentOutput } from "./send-message.ts";
import { targetFields, toTarget } from "./target.ts";

/** `send_card`: one finished card. */
export function sendCard(context: ToolContext): ChannelTool {
  return defineChannelTool({
    name: "send_card",
    title: "Send a card",
    description:
      "Sends one finished card: Markdown with an optional title, or a whole card as JSON. Keep message_id to change it with update_card.",
    input: z.object({ ...targetFields, ...cardFields }),
    output: sentOutput,
    hints: { readOnly: false, destructive: false, idempotent: false },
    async run({ markdown, title, card: json, ...target }, { signal }) {
      const to = toTarget(target);
      const card = toCard({ markdown, title, card: json });
      return sendMessage(context, to, signal, (client, outgoing) =>
        sendCardFeishu(client, { ...outgoing, card }, { signal }),
      );
    },
  });
}
