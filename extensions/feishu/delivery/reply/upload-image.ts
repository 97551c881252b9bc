import { FeishuApiError } from "../../client/index.ts";
import { uploadImageFeishu } from "../../send.ts";
import type { FeishuDelivery } from "../engine.ts";
import { limitName } from "../limits.ts";
import { persist } from "../writer/persist.ts";

/** A large image on a slow line. */
const TIMEOUT_MS = 20_000;

/**
 * Uploads an image for cards, within the app's budget and behind everything that brings text; tries again when that may help.
 * @returns its key
 * @throws the last error, or the signal's reason.
 */
export async function uploadImage(delivery: FeishuDelivery, data: Uint8Array, signal: AbortSignal): Promise<string> {
  const pace = { names: [limitName.api("image.create")], priority: "sign" } as const;
  try {
    const { imageKey } = await persist(delivery, { signal, pace }, () =>
      uploadImageFeishu(delivery.client, { data }, { signal, timeoutMs: TIMEOUT_MS }),
    );
    return imageKey;
  } catch (error) {
    if (error instanceof FeishuApiError && error.kind === "forbidden") delivery.uploadForbidden(error);
    throw error;
  }
}
