import { LRUCache } from "lru-cache";
import { toPersonLabel, toQuote } from "../../inbound/index.ts";
import type { FeishuInboundMessage, FeishuReaction } from "../../inbound/index.ts";
import { getMessageFeishu } from "../../send.ts";
import type { FeishuMessage } from "../../send.ts";
import { OPENCLAW, readAccess } from "../../config/index.ts";
import type { ChatKinds } from "../account/chat-kinds.ts";
import type { MessageReader } from "../../message-reader.ts";
import type { SessionParts } from "./session-parts.ts";
import { admit } from "./turn-request.ts";

/** As much of a message as it takes to know which one is meant. */
const EXCERPT_CHARS = 80;

/**
 * Tells the agent about emoji that people put on messages: it reads of them with the next message. `own` (the default) is about the
 * agent's messages, `all` about everybody's. Only people whose messages the agent would get are heard.
 */
export class Reactions {
  readonly #parts: SessionParts;
  readonly #reader: MessageReader;
  readonly #chats: ChatKinds;
  /** Messages that got emoji lately; a popular one gets many. */
  readonly #messages = new LRUCache<string, FeishuMessage>({ max: 500 });

  constructor(parts: SessionParts, reader: MessageReader, chats: ChatKinds) {
    this.#parts = parts;
    this.#reader = reader;
    this.#chats = chats;
  }

  /**
   * Takes one reaction.
   * @throws what reading the message throws.
   */
  async take(reaction: FeishuReaction): Promise<void> {
    const { account, runtime, sent, logger } = this.#parts;
    const { added, openId, messageId, emojiType } = reaction;
    const { reactionNotifications: mode = "own" } = account.config;
    if (mode === "off" || !added || openId === undefined) return;
    const on = await this.#read(messageId);
    const isOwn = on.sender?.id === account.appId;
    if (!isOwn && mode !== "all") return;
    const message = await this.#asMessage(reaction, openId, on);
    const access = readAccess(message, account.config, OPENCLAW);
    if (access.kind === "drop") return;
    const { route, ingress } = await admit(runtime, account, message, access, "reaction");
    if (ingress.ingress.admission !== "dispatch") {
      logger.debug("a reaction was not taken", { reason: ingress.ingress.reasonCode, chatId: on.chatId });
      return;
    }
    const name = (await this.#reader.nameOf(openId)) ?? toPersonLabel(openId);
    const whose = isOwn ? "your message" : "a message";
    const text = `Feishu reaction added: ${emojiType} by ${name} on ${whose} ${messageId}${excerpt(on)}`;
    runtime.system.enqueueSystemEvent(text, {
      // A card's own turn knows best; a topic's session cannot be told from its id alone.
      sessionKey: sent.sessionOf(messageId) ?? route.sessionKey,
      contextKey: `feishu:reaction:${messageId}:${openId}:${emojiType}`,
    });
  }

  async #read(messageId: string): Promise<FeishuMessage> {
    const known = this.#messages.get(messageId);
    if (known !== undefined) return known;
    const { message } = await getMessageFeishu(this.#parts.lease.client, { messageId });
    this.#messages.set(messageId, message);
    return message;
  }

  /** The reaction as if the person had written in the message's place, which is how the config and the host judge it. */
  async #asMessage(
    { accountId, eventId, at }: FeishuReaction,
    openId: string,
    on: FeishuMessage,
  ): Promise<FeishuInboundMessage> {
    return {
      accountId,
      messageId: `${on.messageId}:reaction:${eventId}`,
      chatId: on.chatId,
      chatType: await this.#chats.find(on.chatId),
      threadId: on.threadId,
      rootId: on.rootId,
      parentId: undefined,
      sender: { openId, unionId: undefined, userId: undefined, type: "user" },
      createdAt: at,
      type: "reaction",
      text: "",
      commandText: "",
      mentionedBot: false,
      mentionAll: false,
      mentions: [],
      attachments: [],
      raw: undefined,
    };
  }
}

/** The beginning of the message in quotation marks, on one line; nothing when there are no words in it. */
function excerpt(message: FeishuMessage): string {
  const words = toQuote(message).text.replaceAll(/\s+/gu, " ").trim();
  if (words === "") return "";
  const cut =
    words.length <= EXCERPT_CHARS ? words : `${words.slice(0, EXCERPT_CHARS).replace(/[\uD800-\uDBFF]$/u, "")}…`;
  return ` (${JSON.stringify(cut)})`;
}
