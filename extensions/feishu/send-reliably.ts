import { sleep } from "../../src/time/index.ts";
import { FeishuApiError, FeishuTransportError, isPassing } from "./client/index.ts";
import type { FeishuDelivery } from "./delivery/index.ts";

const ATTEMPTS = 6;
const FIRST_WAIT_MS = 300;

/**
 * Sends one ordinary message until its fate is known: again after "later", and after an answer that was lost, with the same uuid, so
 * that Feishu posts it once.
 * @throws the last error when Feishu refuses it or does not come round within about ten seconds, or the signal's reason.
 */
export async function sendReliably<T>(
  delivery: FeishuDelivery,
  send: (uuid: string) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const uuid = delivery.nonce(32);
  for (let attempt = 1; ; attempt++) {
    try {
      return await send(uuid);
    } catch (error) {
      if (attempt === ATTEMPTS || !mayHelp(error)) throw error;
      const asked = error instanceof FeishuApiError ? error.retryAfterMs : undefined;
      await sleep(delivery.clock, asked ?? FIRST_WAIT_MS * 2 ** (attempt - 1) * (0.5 + delivery.random()), signal);
    }
  }
}

/** Whether sending again may help. */
function mayHelp(error: unknown): boolean {
  return error instanceof FeishuTransportError || (error instanceof FeishuApiError && isPassing(error));
}
