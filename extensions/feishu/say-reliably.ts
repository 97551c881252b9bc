import { FeishuApiError } from "./client/index.ts";
import type { FeishuDelivery } from "./delivery/index.ts";
import { sendTextFeishu } from "./send.ts";
import type { MessageTarget, SentMessage } from "./send.ts";
import { sendReliably } from "./send-reliably.ts";

/** Where a message goes. */
export interface Place {
  readonly to: MessageTarget;
  /** The chat, also of an answer; empty when it is not known. */
  readonly chatId: string;
}

/**
 * Sends one message, once, by {@link sendReliably}; in the chat itself where the message that it answers was taken back or its topic
 * deleted.
 * @throws what `sendReliably` throws
 */
export async function sendInPlace(
  delivery: FeishuDelivery,
  { to, chatId }: Place,
  send: (outgoing: { readonly to: MessageTarget; readonly uuid: string }) => Promise<SentMessage>,
  signal?: AbortSignal,
): Promise<SentMessage> {
  const once = (target: MessageTarget): Promise<SentMessage> =>
    sendReliably(delivery, (uuid) => send({ to: target, uuid }), signal);
  try {
    return await once(to);
  } catch (error) {
    const isGone = error instanceof FeishuApiError && error.kind === "not-found" && to.type === "reply";
    if (!isGone || chatId === "") throw error;
    return once({ type: "chat", chatId });
  }
}

/** Says a short text by {@link sendInPlace}. @throws what `sendReliably` throws */
export function sayReliably(
  delivery: FeishuDelivery,
  { text, ...place }: Place & { readonly text: string },
  signal?: AbortSignal,
): Promise<SentMessage> {
  return sendInPlace(delivery, place, (to) => sendTextFeishu(delivery.client, { ...to, text }, { signal }), signal);
}
