import type { CallOptions, FeishuClient } from "../client/index.ts";
import { getMessageFeishu } from "../send.ts";
import type { FeishuMessage } from "../send.ts";
import type { FeishuInboundMessage } from "./message.ts";
import { readSaid, toMention } from "./parse-message.ts";
import type { Receiver } from "./parse-message.ts";

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
  return withSaid(message, now, { botOpenId });
}

/**
 * A message of which only the place, and who wrote it, is remembered.
 * @throws what `getMessageFeishu` throws
 */
export async function loadInboundFeishu(
  client: FeishuClient,
  place: FeishuInboundMessage,
  receiver: Pick<Receiver, "botOpenId">,
  options?: CallOptions,
): Promise<FeishuInboundMessage> {
  const { message: now } = await getMessageFeishu(client, { messageId: place.messageId }, options);
  const { rootId, parentId, createTime: createdAt } = now;
  return now.deleted ? place : { ...withSaid(place, now, receiver), rootId, parentId, createdAt };
}

function withSaid(
  message: FeishuInboundMessage,
  now: FeishuMessage,
  receiver: Pick<Receiver, "botOpenId">,
): FeishuInboundMessage {
  const listed = now.mentions.map(({ key, id, name }) => toMention({ key, openId: id, name }, receiver));
  const said = readSaid(now.msgType, now.content, listed, receiver);
  // It was for the bot when it was sent.
  return { ...message, ...said, mentionedBot: message.mentionedBot };
}
