import type { CallOptions, FeishuClient } from "../client/index.ts";
import { getMessageFeishu } from "../send.ts";

/**
 * Whether a message shows each of `texts` now, as far as Feishu gives the card back as it was sent (`user_card_content`).
 * @throws FeishuApiError, FeishuTransportError, or the signal's reason.
 */
export async function showsTexts(
  client: FeishuClient,
  messageId: string,
  texts: readonly string[],
  options: CallOptions,
): Promise<boolean> {
  const { message } = await getMessageFeishu(client, { messageId, fullCard: true }, options);
  return texts.every((text) => message.content.includes(JSON.stringify(text).slice(1, -1)));
}

/**
 * The answer that a message shows now: its answer elements joined.
 * @throws FeishuApiError, FeishuTransportError, SyntaxError when Feishu gives something else than the card, or the signal's reason.
 */
export async function readAnswer(client: FeishuClient, messageId: string, options: CallOptions): Promise<string> {
  const { message } = await getMessageFeishu(client, { messageId, fullCard: true }, options);
  return answerIn(message.content);
}

/** The answer in a card's JSON as Feishu gives it back: its answer elements joined. @throws SyntaxError when it is no JSON. */
export function answerIn(content: string): string {
  const pieces: string[] = [];
  // Any shape will do: what counts are elements with our ids, wherever Feishu puts them.
  JSON.parse(content, (_key, value: unknown) => {
    if (typeof value !== "object" || value === null) return value;
    const { element_id: id, content } = value as { element_id?: unknown; content?: unknown };
    if (typeof id === "string" && /^a\d+$/u.test(id) && typeof content === "string")
      pieces[Number(id.slice(1))] = content;
    return value;
  });
  return pieces.join("");
}
