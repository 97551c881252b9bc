import { z } from "zod";
import { ChannelToolError, defineChannelTool } from "../../../src/plugin-sdk/index.ts";
import type { ChannelTool } from "../../../src/plugin-sdk/index.ts";
import type { ToolContext } from "./context.ts";

/** Callers have deadlines of their own. */
const END_WITHIN_MS = 60_000;

const CLOSED_BY = { writer: "close", silence: "idle", shutdown: "shutdown" } as const;

/** `stream_card_close`: the end of a streaming card. */
export function streamCardClose({ streams, dryRun }: ToolContext): ChannelTool {
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
      owed: z
        .int()
        .describe("Cards that show their text but still look unfinished; they are closed as soon as Feishu lets us."),
      dry_run: z.boolean(),
    }),
    hints: { readOnly: false, destructive: false, idempotent: true },
    async run({ stream_id, complete, reason }) {
      const failure = { code: "stopped", message: reason === undefined ? undefined : `⚠️ ${reason}` };
      const { result, endedBy } = await (complete
        ? streams.finalize(stream_id, { withinMs: END_WITHIN_MS })
        : streams.fail(stream_id, failure, { withinMs: END_WITHIN_MS }));
      const closed_by = CLOSED_BY[endedBy ?? "writer"];
      const { outcome, delivered, total, cards, parts, owed } = result;
      if (dryRun) {
        return {
          text: `Dry run: the text had ${total} characters; nothing was shown.`,
          data: { outcome, closed_by, delivered, total, cards, message_ids: [], owed: 0, dry_run: true },
        };
      }
      if (delivered < total) {
        throw new ChannelToolError(
          "not-delivered",
          `Only the first ${delivered} of ${total} characters are certain to be visible${result.error === undefined ? "" : `: ${result.error.message}`}.`,
          `Send the text from character ${delivered} on with send_text, or tell the person.`,
          { cause: result.error },
        );
      }
      const message_ids = parts.flatMap(({ messageId }) => (messageId === undefined ? [] : [messageId]));
      const data = { outcome, closed_by, delivered, total, cards, message_ids, owed: owed.length, dry_run: false };
      const how = closed_by === "close" ? "Closed" : `It had been closed before (${closed_by})`;
      const still =
        owed.length === 0
          ? ""
          : ` ${owed.length} of them may still look unfinished; do not send the text again, they are closed as soon as Feishu answers.`;
      return { text: `${how}: all ${total} characters are visible on ${cards} card(s).${still}`, data };
    },
  });
}
