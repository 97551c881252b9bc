import type { CallOptions, FeishuClient } from "../client/index.ts";
import { FeishuInputError } from "../client/index.ts";
import { expectField } from "./card-entity.ts";
import { checkId, checkMessageId } from "./validate.ts";

/**
 * Puts an emoji on a message, for example `Typing` or `OnIt` (case matters).
 * @throws FeishuApiError, FeishuTransportError, FeishuInputError, or the signal's reason; so do all functions here.
 * @see Feishu server API, im-v1/message-reaction/create
 */
export async function addReactionFeishu(
  client: FeishuClient,
  params: { messageId: string; emojiType: string },
  options?: CallOptions,
): Promise<{ reactionId: string }> {
  const operation = "im.messageReaction.create";
  const message_id = checkMessageId(operation, params.messageId);
  const reaction_type = { emoji_type: checkId(operation, "emojiType", params.emojiType) };
  const answer = await client.call(operation, options, (sdk) =>
    sdk.im.v1.messageReaction.create({ path: { message_id }, data: { reaction_type } }),
  );
  return { reactionId: expectField(operation, "reaction_id", answer.data?.reaction_id) };
}

/**
 * Takes one of the bot's own emoji off a message.
 * @see Feishu server API, im-v1/message-reaction/delete
 */
export async function deleteReactionFeishu(
  client: FeishuClient,
  params: { messageId: string; reactionId: string },
  options?: CallOptions,
): Promise<void> {
  const operation = "im.messageReaction.delete";
  const message_id = checkMessageId(operation, params.messageId);
  // Reaction ids are longer than others and use more characters, so they are encoded instead of refused.
  if (params.reactionId === "") throw new FeishuInputError(operation, "reactionId", "missing-id", "is missing");
  const reaction_id = encodeURIComponent(params.reactionId);
  await client.call(operation, options, (sdk) =>
    sdk.im.v1.messageReaction.delete({ path: { message_id, reaction_id } }),
  );
}

/** A chat the bot is in. */
export interface FeishuChat {
  readonly chatId: string;
  readonly name: string;
  readonly description: string;
  /** Whether people of other tenants are in it. */
  readonly external: boolean;
}

/**
 * Lists the groups the bot is in, page by page (up to 100 each; one-to-one chats are not listed).
 * @see Feishu server API, group/chat/list
 */
export async function listChatsFeishu(
  client: FeishuClient,
  params: { pageSize?: number | undefined; pageToken?: string | undefined } = {},
  options?: CallOptions,
): Promise<{ items: readonly FeishuChat[]; pageToken: string | undefined; hasMore: boolean }> {
  const query = {
    page_size: params.pageSize ?? 50,
    ...(params.pageToken === undefined ? {} : { page_token: params.pageToken }),
  };
  const answer = await client.call("im.chat.list", options, (sdk) => sdk.im.v1.chat.list({ params: query }));
  const { items, page_token, has_more } = answer.data ?? {};
  return {
    items: (items ?? []).map((chat) => ({
      chatId: chat.chat_id ?? "",
      name: chat.name ?? "",
      description: chat.description ?? "",
      external: chat.external ?? false,
    })),
    pageToken: page_token || undefined,
    hasMore: has_more ?? false,
  };
}

/** The bot itself. */
export interface BotInfo {
  /** The bot's open_id: how it is mentioned in messages to itself. */
  readonly openId: string;
  readonly name: string;
  readonly avatarUrl: string | undefined;
  /** 2 means active. */
  readonly activateStatus: number | undefined;
}

/**
 * Who the bot is; needs no scope, so it also proves that the credentials work.
 * @see Feishu server API, bot-v3/uAjMxEjLwITMx4CMyETM
 */
export async function getBotInfoFeishu(
  client: FeishuClient,
  _params: Record<string, never> = {},
  options?: CallOptions,
): Promise<BotInfo> {
  const operation = "bot.info";
  // This old API answers with `bot` instead of `data`.
  type Answer = { bot?: { open_id?: string; app_name?: string; avatar_url?: string; activate_status?: number } };
  const answer = await client.call(operation, options, (sdk) =>
    sdk.request<Answer>({ method: "GET", url: "/open-apis/bot/v3/info" }),
  );
  const { bot } = answer;
  return {
    openId: expectField(operation, "bot.open_id", bot?.open_id),
    name: bot?.app_name ?? "",
    avatarUrl: bot?.avatar_url,
    activateStatus: bot?.activate_status,
  };
}
