import { z } from "zod";
import { defineChannelTool } from "../../../src/plugin-sdk/index.ts";
import type { ChannelTool } from "../../../src/plugin-sdk/index.ts";
import { thinkTagModes } from "../../../src/provider-wire/index.ts";
import type { ToolContext } from "./context.ts";
import { targetFields, toTarget } from "./target.ts";

const GIVE_UP_WITHIN_MS = 1_000;

/** `stream_card_open`: a card whose text is going to grow. */
export function streamCardOpen(context: ToolContext): ChannelTool {
  const { allow, dryRun, streams } = context;
  return defineChannelTool({
    name: "stream_card_open",
    title: "Open a streaming card",
    description: [
      "Opens a card whose text grows while you write, with people watching. Then call stream_card_append for each part and",
      "stream_card_close at the end. The server paces the writes, continues long text in further cards and recovers from failures.",
      `A stream nobody appends to for ${Math.round(streams.idleMs / 1000)} seconds is closed with the text it has.`,
    ].join(" "),
    input: z.object({
      ...targetFields,
      title: z.string().max(200).optional().describe("Header of the card."),
      think_tags: z
        .enum(thinkTagModes)
        .optional()
        .describe(
          "Reasoning between <think> tags in the text goes to the thinking panel: auto (default), always, open (the text begins inside), off.",
        ),
    }),
    output: z.object({
      stream_id: z.string().describe("For stream_card_append and stream_card_close."),
      next_offset: z.int().describe("Offset of the first append: 0."),
      message_id: z.string().optional().describe("The card's message, when it is visible already."),
      chat_id: z.string().optional(),
      dry_run: z.boolean(),
    }),
    hints: { readOnly: false, destructive: false, idempotent: false },
    async run({ title, think_tags, ...input }, { signal }) {
      const target = toTarget(input);
      streams.expectRoom();
      await allow.check(target, signal);
      const opening = context.newId();
      const { id } = (await streams.open({ target, title, thinkTags: think_tags, opening })).stream;
      if (dryRun)
        return {
          text: `Dry run: stream ${id} is open, nothing is shown.`,
          data: { stream_id: id, next_offset: 0, dry_run: true },
        };
      try {
        await context.shown(opening, signal);
      } catch (error) {
        await streams.fail(id, { code: "stopped" }, { withinMs: GIVE_UP_WITHIN_MS });
        throw error;
      }
      const { messageId, chatId } = (await streams.get(id)).session;
      return {
        text: `Stream ${id} is open. Append with offset 0.`,
        data: { stream_id: id, next_offset: 0, message_id: messageId, chat_id: chatId, dry_run: false },
      };
    },
  });
}
