import type { FeishuInboundMessage } from "../inbound/index.ts";
import { repliesInThread } from "./access.ts";
import type { Access } from "./access.ts";
import type { FeishuAccountConfig } from "./schema.ts";

type Scope = Pick<Access & { kind: "ask" }, "sessionScope" | "replyInThread">;

/**
 * The id by which a host keeps a conversation apart from others: a person, a group, or a part of a group. Where answers open a
 * topic, the question that opens it belongs to it already, so that what follows in the topic is the same conversation.
 */
export function conversationPeer(message: FeishuInboundMessage, { sessionScope, replyInThread }: Scope): string {
  if (message.chatType === "direct") return message.sender.openId;
  const parts = [message.chatId];
  const topic = sessionScope.startsWith("group_topic") ? topicOf(message, replyInThread) : undefined;
  if (topic !== undefined) parts.push("topic", topic);
  if (sessionScope.endsWith("_sender")) parts.push("sender", message.sender.openId);
  return parts.join(":");
}

/** The topic that a message belongs to, or that its answer will open; undefined for what belongs to the chat as a whole. */
export function conversationOf(
  message: FeishuInboundMessage,
  config: Pick<FeishuAccountConfig, "groups" | "replyInThread">,
): string | undefined {
  const opens = message.chatType === "group" && repliesInThread(config, message.chatId);
  return message.threadId !== undefined || opens ? topicOf(message, opens) : undefined;
}

/** A press and an emoji stand for a message that is there already: they begin nothing. */
const ABOUT_ANOTHER: ReadonlySet<string> = new Set(["card_action", "reaction"]);

/**
 * A topic is named by the message that began it, which is known before Feishu gives the topic an id; in groups that consist of
 * topics, where every message has one, by that id.
 */
function topicOf(message: FeishuInboundMessage, replyInThread: boolean): string | undefined {
  const { inTopicGroup, rootId, threadId, type } = message;
  const begins = replyInThread && !ABOUT_ANOTHER.has(type) ? originalId(message.messageId) : undefined;
  return (inTopicGroup === true ? threadId : undefined) ?? rootId ?? threadId ?? begins;
}

/** Feishu's id of a message that was taken again or pressed on; those carry a suffix to be new to the host. */
export function originalId(messageId: string): string {
  return messageId.split(":")[0] ?? messageId;
}
