import type { CallOptions, FeishuClient } from "../../client/index.ts";
import { FeishuApiError, isPassing } from "../../client/index.ts";
import type { FeishuMessage, MessageTarget } from "../../send.ts";
import { convertMessageIdToCardIdFeishu, getMessageFeishu, listMessagesFeishu } from "../../send.ts";
import { answerIn } from "./read-back.ts";

/** Feishu's clock and ours may differ by this much. */
const SKEW_MS = 60_000;

/** A card whose sending is of unknown fate. */
export interface LostCard {
  readonly target: MessageTarget;
  readonly chatId: string;
  /** The topic that messages of the reply are in, when one is known. */
  readonly threadId?: string | undefined;
  /** Wall-clock ms of the first attempt. */
  readonly since: number;
  /** The entity that was sent; undefined when the card was sent as it is. */
  readonly cardId: string | undefined;
  /** What its answer elements, joined, may say, whichever attempt took effect. */
  readonly answers: readonly string[];
  /** Messages that are accounted for. */
  readonly isKnown: (messageId: string) => boolean;
}

/**
 * Looks for the message that carries a card, among the app's newest messages in the chat or topic. "unknown" when several could be it,
 * when its text is too little to tell it by, or when there are more messages than one page holds: nobody else's card may be taken over,
 * and a card that may be there may not be sent again.
 * @throws FeishuApiError, FeishuTransportError, or the signal's reason, when it cannot be looked up.
 */
export async function findSent(
  client: FeishuClient,
  lost: LostCard,
  options: CallOptions,
): Promise<FeishuMessage | "absent" | "unknown"> {
  const place = await placeOf(client, lost, options);
  if (place === undefined) return "unknown";
  const page = await listMessagesFeishu(client, { ...place, sort: "desc", pageSize: 50, fullCard: true }, options);
  const recent = page.items.filter(({ createTime }) => createTime >= lost.since - SKEW_MS);
  const matches: FeishuMessage[] = [];
  for (const message of recent) {
    const ours = message.sender?.id === client.account.appId && message.msgType === "interactive" && !message.deleted;
    if (!ours || lost.isKnown(message.messageId)) continue;
    if (lost.cardId !== undefined && (await carries(client, message, lost.cardId, options))) return message;
    if (lost.answers.includes(answerIn(message.content))) matches.push(message);
  }
  const [match] = matches;
  if (match === undefined) return page.hasMore && recent.length === page.items.length ? "unknown" : "absent";
  return matches.length > 1 || answerIn(match.content).trim() === "" ? "unknown" : match;
}

async function carries(
  client: FeishuClient,
  message: FeishuMessage,
  cardId: string,
  options: CallOptions,
): Promise<boolean> {
  try {
    return (await convertMessageIdToCardIdFeishu(client, { messageId: message.messageId }, options)).cardId === cardId;
  } catch (error) {
    // A card that is no entity cannot be converted: then it is not the one.
    if (error instanceof FeishuApiError && !isPassing(error)) return false;
    throw error;
  }
}

/** Replies in a topic are listed by the topic, which the message that was replied to knows; undefined when it should be in one, but knows none. */
async function placeOf(
  client: FeishuClient,
  { target, chatId, threadId }: LostCard,
  options: CallOptions,
): Promise<{ threadId: string } | { chatId: string } | undefined> {
  if (target.type !== "reply") return { chatId };
  if (threadId !== undefined) return { threadId };
  const { message } = await getMessageFeishu(client, { messageId: target.messageId }, options);
  if (message.threadId !== undefined) return { threadId: message.threadId };
  return target.inThread === true ? undefined : { chatId };
}
