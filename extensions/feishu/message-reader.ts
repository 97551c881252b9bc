import { errorName } from "../../src/log/index.ts";
import type { Logger } from "../../src/log/index.ts";
import { FeishuApiError } from "./client/index.ts";
import type { FeishuClient } from "./client/index.ts";
import {
  isCardPlaceholder,
  isUnreadable,
  joinForwarded,
  loadMessageFeishu,
  rereadFeishu,
  toPersonLabel,
} from "./inbound/index.ts";
import type { FeishuAttachment, FeishuInboundMessage, FeishuQuote } from "./inbound/index.ts";
import type { PersonNames } from "./person-names.ts";

/** A message that another one points at, as a model is told of it. */
export interface QuotedMessage {
  readonly messageId: string;
  /** `open_id` of who wrote it, a bot's app id. */
  readonly senderId: string;
  /** Name of who wrote it, or a short label; `you` for the bot itself. */
  readonly sender: string;
  /** Wall-clock ms by Feishu's clock. */
  readonly createdAt: number;
  readonly text: string;
  readonly attachments: readonly FeishuAttachment[];
  /** `topic`: the first message of the topic that the message belongs to. `answered`: the one it answers. */
  readonly kind: "topic" | "answered";
}

/** What a message stands for, also where it does not hold it itself. */
export interface ReadMessage {
  /** The name of who wrote it, if it is known. */
  readonly senderName: string | undefined;
  /** What to call them in any case. */
  readonly senderLabel: string;
  /** What they say: forwarded messages are spelled out, with who said what; a card has its words. */
  readonly text: string;
  readonly attachments: readonly FeishuAttachment[];
  /** What they point at, oldest first. */
  readonly quotes: readonly QuotedMessage[];
}

/** What a {@link MessageReader} works with. */
export interface MessageReaderOptions {
  readonly client: FeishuClient;
  readonly names: PersonNames;
  /** Whether people's names are looked up. @defaultValue true */
  readonly resolveNames?: boolean | undefined;
  /** In a person's own chat nobody else speaks: their name is for the cards, and looked up while the answer begins. @defaultValue false */
  readonly namesLaterInDirectChats?: boolean | undefined;
  readonly logger: Logger;
}

/** Somebody's card, which has nothing but their id. */
const CONTACT = /^\[contact: (ou_\w+)\]$/u;
/** A quoted message is there to point at something; more of it would crowd out the question. */
const MAX_QUOTE_CHARS = 4_000;
/** A forward is the question. */
const MAX_FORWARD_CHARS = 20_000;
/** The person waits meanwhile. */
const TIMEOUT_MS = 2_000;

/** Reads what a message stands for: who wrote it, what it quotes, what it forwards. Nothing here rejects. */
export class MessageReader {
  readonly #options: MessageReaderOptions;

  constructor(options: MessageReaderOptions) {
    this.#options = options;
  }

  /** A person's name, unless names are not wanted or Feishu does not tell. `groupId`: a group they may be in. */
  async nameOf(openId: string, groupId?: string): Promise<string | undefined> {
    const { names, resolveNames } = this.#options;
    if (resolveNames !== false) await names.look(openId, groupId);
    return names.get(openId);
  }

  /** Reads a message. */
  async read(message: FeishuInboundMessage): Promise<ReadMessage> {
    const { names } = this.#options;
    for (const { openId, name, isSelf } of message.mentions) if (!isSelf && openId) names.note(openId, name);
    const groupId = message.chatType === "group" ? message.chatId : undefined;
    const [senderName, said, quotes] = await Promise.all([
      this.#nameOfAuthor(message, groupId),
      this.#said(message, groupId),
      this.#quotes(message, groupId),
    ]);
    const senderLabel = senderName ?? toPersonLabel(message.sender.openId, message.sender.type);
    return { senderName, senderLabel, ...said, quotes };
  }

  /**
   * A message that waited for its turn, as it stands now; undefined when it was taken back meanwhile. One that cannot be read again is
   * as it came.
   */
  async again(message: FeishuInboundMessage): Promise<FeishuInboundMessage | undefined> {
    const { client, logger } = this.#options;
    try {
      return await rereadFeishu(client, message, { timeoutMs: TIMEOUT_MS });
    } catch (error) {
      if (error instanceof FeishuApiError && error.kind === "not-found") return undefined;
      logger.debug("a message could not be read again", { error: errorName(error) });
      return message;
    }
  }

  async #nameOfAuthor({ sender }: FeishuInboundMessage, groupId: string | undefined): Promise<string | undefined> {
    if (sender.type !== "user") return undefined;
    const name = this.nameOf(sender.openId, groupId);
    const isLater = groupId === undefined && this.#options.namesLaterInDirectChats === true;
    return isLater ? this.#options.names.get(sender.openId) : name;
  }

  async #said(
    message: FeishuInboundMessage,
    groupId: string | undefined,
  ): Promise<Pick<ReadMessage, "text" | "attachments">> {
    const { text, attachments, type, messageId } = message;
    const isPlaceholder = type === "interactive" && isCardPlaceholder(text);
    const contact = type === "share_user" ? CONTACT.exec(text)?.[1] : undefined;
    if (contact !== undefined) {
      const name = await this.nameOf(contact, groupId);
      return { text: name === undefined ? text : `[contact: ${name} (${contact})]`, attachments };
    }
    // Some events come without what was written; Feishu has it a moment later.
    if (type !== "merge_forward" && !isPlaceholder && !isUnreadable(text)) return { text, attachments };
    const whole = await this.#load(messageId);
    if (whole === undefined) return { text: isPlaceholder ? "[card]" : text, attachments };
    // Feishu hands out no files of what is inside a forward.
    if (type !== "merge_forward") return { text: whole.text, attachments: whole.attachments };
    return { text: cut(await this.#spell(whole, groupId), MAX_FORWARD_CHARS) || text, attachments: [] };
  }

  async #quotes(message: FeishuInboundMessage, groupId: string | undefined): Promise<QuotedMessage[]> {
    const { threadId, rootId, parentId, messageId } = message;
    const topic = threadId === undefined || rootId === messageId ? undefined : rootId;
    const answered = parentId === topic ? undefined : parentId;
    const wanted = [
      { id: topic, kind: "topic" },
      { id: answered, kind: "answered" },
    ] as const;
    const read = await Promise.all(
      wanted.map(async ({ id, kind }) => {
        const quote = id === undefined ? undefined : await this.#load(id);
        if (quote === undefined) return undefined;
        const text = cut(await this.#spell(quote, groupId), MAX_QUOTE_CHARS);
        if (text.trim() === "") return undefined;
        const { attachments, messageId: quotedId, senderId, createdAt } = quote;
        return {
          messageId: quotedId,
          senderId,
          sender: await this.#nameOfSender(quote, groupId),
          createdAt,
          text,
          attachments,
          kind,
        };
      }),
    );
    return read.filter((quote) => quote !== undefined);
  }

  /** Undefined when it cannot be read: taken back, or the scope is missing. */
  async #load(messageId: string): Promise<FeishuQuote | undefined> {
    const { client, logger } = this.#options;
    try {
      return await loadMessageFeishu(client, messageId, { timeoutMs: TIMEOUT_MS });
    } catch (error) {
      logger.debug("a message could not be read", { error: errorName(error) });
      return undefined;
    }
  }

  /** A message's words; of a forward, who said what. */
  async #spell(quote: FeishuQuote, groupId: string | undefined): Promise<string> {
    if (quote.parts === undefined || quote.parts.length === 0) return quote.text;
    const names = new Map<string, string>();
    const everyone = new Map(flatten(quote.parts).map((part) => [part.senderId, part]));
    await Promise.all(
      [...everyone.values()].map(async (part) => names.set(part.senderId, await this.#nameOfSender(part, groupId))),
    );
    return joinForwarded(quote.parts, ({ senderId }) => names.get(senderId) ?? toPersonLabel(senderId));
  }

  /** Bots are known by their app id alone. */
  async #nameOfSender({ senderId, senderType }: FeishuQuote, groupId: string | undefined): Promise<string> {
    if (senderId === this.#options.client.account.appId) return "you";
    if (senderType !== "user") return toPersonLabel(senderId, "bot");
    return (await this.nameOf(senderId, groupId)) ?? toPersonLabel(senderId);
  }
}

const flatten = (parts: readonly FeishuQuote[]): FeishuQuote[] =>
  parts.flatMap((part) => [part, ...flatten(part.parts ?? [])]);

const cut = (text: string, maxChars: number): string =>
  text.length <= maxChars ? text : `${text.slice(0, maxChars).replace(/[\uD800-\uDBFF]$/u, "")}…`;
