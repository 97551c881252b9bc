import { createChannelPartialDeliveryError } from "openclaw/plugin-sdk/channel-inbound";
import { PlatformMessageNotDispatchedError } from "openclaw/plugin-sdk/error-runtime";
import type { DeliveryResult } from "../../../../src/stream/index.ts";
import { FeishuApiError, FeishuInputError, FeishuTransportError } from "../../client/index.ts";

/**
 * Tells the host what the reader has seen of an answer that is not complete, in the class that makes it do the right thing: part of
 * it is visible (never sent again), surely nothing is (it may be sent again), or nobody knows.
 */
export function toDeliveryError(result: DeliveryResult, text: string): Error {
  const cause = result.error ?? new Error(`${result.delivered} of ${result.total} characters were delivered`);
  if (result.delivered > 0) {
    const messageIds = result.parts.map((part) => part.messageId).filter((id) => id !== undefined);
    return createChannelPartialDeliveryError(cause, {
      visibleReplySent: true,
      content: text.slice(0, result.delivered),
      messageIds,
    });
  }
  return toSendError(cause);
}

/** The same for a single message that could not be sent: refused is surely unsent, a lost answer is not. */
export function toSendError(cause: unknown): Error {
  const unsent =
    cause instanceof FeishuApiError ||
    cause instanceof FeishuInputError ||
    (cause instanceof FeishuTransportError && !cause.maybeApplied);
  if (unsent) return new PlatformMessageNotDispatchedError(cause.message, { cause });
  return cause instanceof Error ? cause : new Error("sending failed", { cause });
}
