import type { Logger } from "../../src/log/index.ts";
import type { FeishuClient } from "./client/index.ts";
import { joinForwarded, loadForwardedFeishu, loadQuotedFeishu } from "./inbound/index.ts";
import type { FeishuInboundMessage } from "./inbound/index.ts";

/** A quoted message is there to point at something; more of it would crowd out the question. */
const MAX_QUOTE_CHARS = 4000;
/** The person waits meanwhile. */
const TIMEOUT_MS = 2000;

/**
 * What the person means to say: the text, with the message it quotes above it, and with the messages it forwards. What cannot be
 * read is left out; never rejects.
 */
export async function toMessageText(
  client: FeishuClient,
  message: FeishuInboundMessage,
  logger: Logger,
): Promise<string> {
  try {
    if (message.type === "merge_forward") {
      return cut(joinForwarded(await loadForwardedFeishu(client, message, { timeoutMs: TIMEOUT_MS })));
    }
    // In a topic every message "answers" the first one, which the conversation knows already.
    if (message.threadId !== undefined) return message.text;
    const quote = await loadQuotedFeishu(client, message, { timeoutMs: TIMEOUT_MS });
    if (quote === undefined || quote.text.trim() === "") return message.text;
    return `${cut(quote.text).replace(/^/gmu, "> ")}\n\n${message.text}`;
  } catch (error) {
    logger.debug("a quoted message could not be read", { error: error instanceof Error ? error.name : "unknown" });
    return message.text;
  }
}

const cut = (text: string): string =>
  text.length <= MAX_QUOTE_CHARS ? text : `${text.slice(0, MAX_QUOTE_CHARS).replace(/[\uD800-\uDBFF]$/u, "")}…`;
