import { joinForwarded, loadForwardedFeishu, loadQuotedFeishu } from "../inbound/index.ts";
import type { FeishuInboundMessage, FeishuQuote } from "../inbound/index.ts";
import { logFailure } from "./session-parts.ts";
import type { SessionParts } from "./session-parts.ts";
import type { Quote } from "./turn-request.ts";

/** Reads what a message stands for but does not hold: who people are, what it quotes, what it forwards. Nothing here rejects. */
export class MessageReader {
  readonly #parts: Pick<SessionParts, "account" | "lease" | "names" | "logger">;

  constructor(parts: Pick<SessionParts, "account" | "lease" | "names" | "logger">) {
    this.#parts = parts;
  }

  /** The person's name, unless the config does not want names or Feishu does not tell. */
  async nameOf(openId: string): Promise<string | undefined> {
    const { account, names } = this.#parts;
    if (account.config.resolveSenderNames === false) return undefined;
    await names.look(openId);
    return names.get(openId);
  }

  /** What the message says; forwarded messages as "name: text" paragraphs. */
  async text(message: FeishuInboundMessage): Promise<string> {
    if (message.type !== "merge_forward") return message.text;
    try {
      const quotes = await loadForwardedFeishu(this.#parts.lease.client, message);
      const named = quotes.map(async (quote) => ({ ...quote, senderId: await this.#nameOfSender(quote) }));
      return joinForwarded(await Promise.all(named));
    } catch (error) {
      logFailure(this.#parts.logger, "reading forwarded messages", error);
      return message.text;
    }
  }

  /** The message it answers, if it answers one. */
  async quote(message: FeishuInboundMessage): Promise<Quote | undefined> {
    try {
      const quote = await loadQuotedFeishu(this.#parts.lease.client, message);
      if (quote === undefined) return undefined;
      const { messageId, text, attachments } = quote;
      return { messageId, text, attachments, sender: await this.#nameOfSender(quote) };
    } catch (error) {
      logFailure(this.#parts.logger, "reading a quoted message", error);
      return undefined;
    }
  }

  /** Bots are known by their app id alone. */
  async #nameOfSender({ senderId, senderType }: FeishuQuote): Promise<string> {
    return (senderType === "user" ? await this.nameOf(senderId) : undefined) ?? senderId;
  }
}
