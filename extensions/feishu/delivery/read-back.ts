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
