import { z } from "zod";
import { defineChannelTool } from "../../../src/plugin-sdk/index.ts";
import type { ChannelTool } from "../../../src/plugin-sdk/index.ts";
import type { ToolContext } from "./context.ts";

/** More than this waiting to become visible, and the caller waits too. */
const HIGH_WATER_CHARS = 8_000;
/** Callers have deadlines of their own. */
const WAIT_AT_MOST_MS = 20_000;

/** `stream_card_append`: the next part of a streaming card's text. */
export function streamCardAppend({ streams }: ToolContext): ChannelTool {
  return defineChannelTool({
    name: "stream_card_append",
    title: "Append to a streaming card",
    description:
      "Adds the next part of the text, as Markdown, exactly as written: put spaces and line breaks where they belong. Pass the next_offset of the last answer as offset; then a repeated call adds nothing twice.",
    input: z.object({
      stream_id: z.string().min(1),
      text: z.string().min(1).max(100_000),
      offset: z
        .int()
        .min(0)
        .optional()
        .describe("Where the text begins: next_offset of the last answer. Without it the text goes to the end."),
    }),
    output: z.object({
      next_offset: z.int().describe("Offset of the next append: characters of the text so far."),
      visible: z.int().describe("Characters known to be visible by now; the rest is on its way."),
    }),
    hints: { readOnly: false, destructive: false, idempotent: true },
    async run({ stream_id, text, offset }) {
      let stream = await streams.append(stream_id, text, offset);
      const { offset: next_offset } = stream;
      // The text is taken and stays so; that it is slow to appear is not this call's failure.
      if (stream.pending > HIGH_WATER_CHARS) stream = await streams.flush(stream_id, WAIT_AT_MOST_MS);
      const data = { next_offset, visible: stream.acknowledged };
      return { text: `next_offset ${data.next_offset}, ${data.visible} characters visible.`, data };
    },
  });
}
