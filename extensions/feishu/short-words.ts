import type { FeishuDelivery } from "./delivery/index.ts";
import { MessageSign } from "./message-sign.ts";
import type { Place } from "./say-reliably.ts";
import { sayReliably } from "./say-reliably.ts";

/** Says a short text. Never rejects: nothing depends on it. */
export async function sayShortly(delivery: FeishuDelivery, place: Place, text: string): Promise<void> {
  try {
    await sayReliably(delivery, { ...place, text });
  } catch (error) {
    delivery.logger.warn("a short answer could not be sent", {
      error: error instanceof Error ? error.name : "unknown",
    });
  }
}

/** Puts a sign on a message that waits. @returns what takes it off; undefined where calls are to be saved: a sign costs two */
export function showWaiting(delivery: FeishuDelivery, messageId: string): (() => void) | undefined {
  const { client, logger, quotaLevel } = delivery;
  if (quotaLevel !== "live") return undefined;
  const sign = new MessageSign({ client, messageId, emojiType: "OneSecond", logger });
  void sign.start();
  return () => void sign.stop();
}
