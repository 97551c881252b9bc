import { z } from "zod";
import type { ChannelToolResult } from "../../../src/plugin-sdk/index.ts";
import type { FeishuClient } from "../client/index.ts";
import type { MessageTarget, Outgoing, SentMessage } from "../send.ts";
import { attempt } from "./attempt.ts";
import type { ToolContext } from "./context.ts";

/** What sending tools answer. */
export const sentOutput: z.ZodObject<{
  message_id: z.ZodOptional<z.ZodString>;
  chat_id: z.ZodOptional<z.ZodString>;
  dry_run: z.ZodBoolean;
}> = z.object({
  message_id: z.string().optional().describe("Id of the message, om_…; absent in a dry run."),
  chat_id: z.string().optional(),
  dry_run: z.boolean().describe("True: everything was checked and nothing was sent."),
});

/** Checks the target, and sends unless this is a dry run. The message goes out at most once, whatever has to be repeated. */
export async function sendMessage(
  context: ToolContext,
  to: MessageTarget,
  signal: AbortSignal,
  send: (client: FeishuClient, outgoing: Outgoing) => Promise<SentMessage>,
): Promise<ChannelToolResult<z.infer<typeof sentOutput>>> {
  const { delivery, dryRun, allow } = context;
  await allow.check(to, signal);
  if (dryRun) return { text: "Dry run: the input is fine; nothing was sent.", data: { dry_run: true } };
  const outgoing = { to, uuid: delivery.nonce(32) };
  const { messageId, chatId } = await attempt(delivery, signal, () => send(delivery.client, outgoing));
  return {
    text: `Sent as ${messageId}.`,
    data: { message_id: messageId, chat_id: chatId === "" ? undefined : chatId, dry_run: false },
  };
}
