import { z } from "zod";
import { defineChannelTool } from "../../../src/plugin-sdk/index.ts";
import type { ChannelTool } from "../../../src/plugin-sdk/index.ts";
import type { ReplyEvents } from "../../../src/stream/index.ts";
import { DeadlineError, withDeadline } from "../../../src/time/index.ts";
import { FeishuApiError } from "../client/index.ts";
import { createReplyDispatcher } from "../reply-dispatcher.ts";
import type { ReplyDispatcher } from "../reply-dispatcher.ts";
import type { ToolContext } from "./context.ts";
import { targetFields, toTarget } from "./target.ts";

/** A card that is not there by then comes later; appending goes on meanwhile. */
const SHOWN_WITHIN_MS = 5_000;
const GIVE_UP_WITHIN_MS = 1_000;

/** `stream_card_open`: a card whose text is going to grow. */
export function streamCardOpen(context: ToolContext): ChannelTool {
  const { allow, delivery, dryRun, language, streams } = context;
  return defineChannelTool({
    name: "stream_card_open",
    title: "Open a streaming card",
    description: [
      "Opens a card whose text grows while you write, with people watching. Then call stream_card_append for each part and",
      "stream_card_close at the end. The server paces the writes, continues long text in further cards and recovers from failures.",
      `A stream nobody appends to for ${Math.round(streams.idleMs / 1000)} seconds is closed with the text it has.`,
    ].join(" "),
    input: z.object({ ...targetFields, title: z.string().max(200).optional().describe("Header of the card.") }),
    output: z.object({
      stream_id: z.string().describe("For stream_card_append and stream_card_close."),
      next_offset: z.int().describe("Offset of the first append: 0."),
      message_id: z.string().optional().describe("The card's message, when it is visible already."),
      chat_id: z.string().optional(),
      dry_run: z.boolean(),
    }),
    hints: { readOnly: false, destructive: false, idempotent: false },
    async run({ title, ...input }, { signal }) {
      const target = toTarget(input);
      streams.expectRoom();
      await allow.check(target, signal);
      if (dryRun) {
        const { id } = streams.open(undefined);
        return {
          text: `Dry run: stream ${id} is open, nothing is shown.`,
          data: { stream_id: id, next_offset: 0, dry_run: true },
        };
      }
      const reply = createReplyDispatcher({
        delivery,
        target,
        loadImage: context.images,
        settings: { locale: language },
        header: title === undefined ? undefined : { title },
      });
      context.onOpen?.(reply);
      await show(reply, context, signal);
      const { id } = streams.open(reply);
      const { messageId, chatId } = reply.session;
      return {
        text: `Stream ${id} is open. Append with offset 0.`,
        data: { stream_id: id, next_offset: 0, message_id: messageId, chat_id: chatId, dry_run: false },
      };
    },
  });
}

/**
 * Shows the empty card, so that a wrong target is known before anything is written.
 * @throws FeishuApiError when Feishu refuses the message, or the signal's reason.
 */
async function show(reply: ReplyDispatcher, { delivery }: ToolContext, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onCard = (): void => resolve();
  const onFallback: ReplyEvents["fallback"] = ({ error }) => {
    // That CardKit does not work is no reason to give up; that the message is refused is.
    if (error instanceof FeishuApiError && error.operation.startsWith("im.message")) reject(error);
  };
  reply.events.on("card", onCard).on("fallback", onFallback);
  try {
    reply.open();
    await withDeadline(delivery.clock, SHOWN_WITHIN_MS, "showing the card", () => promise, signal);
  } catch (error) {
    if (error instanceof DeadlineError) return;
    await reply.abort({ withinMs: GIVE_UP_WITHIN_MS });
    throw error;
  } finally {
    reply.events.off("card", onCard).off("fallback", onFallback);
  }
}
