import { z } from "zod";
import { defineChannelTool } from "../../../src/plugin-sdk/index.ts";
import type { ChannelTool } from "../../../src/plugin-sdk/index.ts";
import { patchCardMessageFeishu } from "../send.ts";
import { attempt } from "./attempt.ts";
import { cardFields, toCard } from "./card-content.ts";
import type { ToolContext } from "./context.ts";

/** `update_card`: other content for a card that was sent. */
export function updateCard({ delivery, allow, dryRun }: ToolContext): ChannelTool {
  return defineChannelTool({
    name: "update_card",
    title: "Update a card",
    description:
      "Replaces the whole content of a card that send_card sent, for up to 14 days. For text that grows use stream_card_open instead.",
    input: z.object({ message_id: z.string().describe("Id of the card's message, om_…"), ...cardFields }),
    output: z.object({ message_id: z.string(), dry_run: z.boolean() }),
    hints: { readOnly: false, destructive: true, idempotent: true },
    async run({ message_id: messageId, ...content }, { signal }) {
      const card = toCard(content);
      await allow.check({ type: "reply", messageId }, signal);
      if (!dryRun) {
        await attempt(delivery, signal, () => patchCardMessageFeishu(delivery.client, { messageId, card }, { signal }));
      }
      const text = dryRun ? "Dry run: the input is fine; nothing was changed." : `${messageId} shows the new content.`;
      return { text, data: { message_id: messageId, dry_run: dryRun } };
    },
  });
}
