import type { CallOptions, FeishuClient } from "../client/index.ts";
import { getMessageFeishu } from "../send.ts";
import type { FeishuInboundMessage } from "./message.ts";
import { readSaid, toMention } from "./parse-message.ts";

/**
 * A message as it stands now: Feishu sends no event when somebody edits theirs. Undefined when it was taken back.
 * @throws what `getMessageFeishu` throws, for example when the scope is missing
 */
export async function rereadFeishu(
  client: FeishuClient,
  message: FeishuInboundMessage,
  options?: CallOptions,
): Promise<FeishuInboundMessage | undefined> {
  const { message: now } = await getMessageFeishu(client, { messageId: message.messageId }, options);
  if (now.deleted) return undefined;
  if (!now.updated) return message;
  const botOpenId = message.mentions.find(({ isSelf }) => isSelf)?.openId;
  const listed = now.mentions.map(({ key, id, name }) => toMention({ key, openId: id, name }, { botOpenId }));
  const said = readSaid(now.msgType, now.content, listed, { botOpenId });
  // It was for the bot when it was sent, and waits for its answer.
  return { ...message, ...said, mentionedBot: message.mentionedBot };
}
