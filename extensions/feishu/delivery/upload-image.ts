import type { CallOptions } from "../client/index.ts";
import { uploadImageFeishu } from "../send.ts";
import type { FeishuDelivery } from "./engine.ts";
import { limitName } from "./limits.ts";
import { persist } from "./persist.ts";

/** A large image on a slow line. */
const TIMEOUT_MS = 20_000;

/**
 * Uploads an image for cards, within the app's budget and behind everything that brings text; tries again when that may help.
 * @throws the last error, or the signal's reason.
 */
export async function uploadImage(delivery: FeishuDelivery, data: Uint8Array, signal: AbortSignal): Promise<string> {
  const names = [limitName.api("image.create")];
  const call: CallOptions = { signal, timeoutMs: TIMEOUT_MS };
  const since = delivery.clock.now();
  let key = "";
  await persist(delivery, signal, async () => {
    const grant = await delivery.pacer.acquire({ options: [{ use: "", names }], priority: "sign", since, signal });
    try {
      key = (await uploadImageFeishu(delivery.client, { data }, call)).imageKey;
    } finally {
      grant.done();
    }
  });
  return key;
}
