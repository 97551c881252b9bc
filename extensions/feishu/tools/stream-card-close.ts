import { z } from "zod";
import { ChannelToolError, defineChannelTool } from "../../../src/plugin-sdk/index.ts";
import type { ChannelTool } from "../../../src/plugin-sdk/index.ts";
import type { ToolContext } from "./context.ts";

/** `stream_card_close`: the end of a streaming card. */
export function streamCardClose({ streams }: ToolContext): ChannelTool {
  return defineChannelTool({
    name: "stream_card_close",
    title: "Close a streaming card",
    description:
      "Ends a stream and says what is visible. Always call it, also when you cannot finish: then with complete false and a reason. Closing again answers the same.",
    input: z.object({
      stream_id: z.string().min(1),
      complete: z.boolean().default(true).describe("False: the card is marked as incomplete and keeps its text."),
      reason: z.string().max(200).optional().describe("Shown on the card when complete is false."),
    }),
    output: z.object({
      outcome: z.enum(["finalized", "failed", "aborted"]),
      closed_by: z.enum(["close", "idle", "shutdown"]).describe("idle: it had been closed by itself before."),
      delivered: z.int().describe("Characters known to be visible."),
      total: z.int().describe("Characters of the text."),
      cards: z.int(),
      message_ids: z.array(z.string()),
      dry_run: z.boolean(),
    }),
    hints: { readOnly: false, destructive: false, idempotent: true },
    async run({ stream_id, complete, reason }) {
      const { session, end } = streams.close(stream_id, { complete, reason });
      const result = await end.result;
      if (result === undefined) {
        const total = session.length;
        const outcome = complete ? ("finalized" as const) : ("failed" as const);
        return {
          text: `Dry run: the text had ${total} characters; nothing was shown.`,
          data: { outcome, closed_by: end.by, delivered: 0, total, cards: 0, message_ids: [], dry_run: true },
        };
      }
      const { outcome, delivered, total, cards, parts } = result;
      if (delivered < total) {
        throw new ChannelToolError(
          "not-delivered",
          `Only the first ${delivered} of ${total} characters are certain to be visible${result.error === undefined ? "" : `: ${result.error.message}`}.`,
          `Send the text from character ${delivered} on with send_text, or tell the person.`,
          { cause: result.error },
        );
      }
      const message_ids = parts.flatMap(({ messageId }) => (messageId === undefined ? [] : [messageId]));
      const data = { outcome, closed_by: end.by, delivered, total, cards, message_ids, dry_run: false };
      const how = end.by === "close" ? "Closed" : `It had been closed before (${end.by})`;
      return { text: `${how}: all ${total} characters are visible on ${cards} card(s).`, data };
    },
  });
}
