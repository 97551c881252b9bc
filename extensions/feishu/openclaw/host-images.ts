import type { LoadImage } from "../images/index.ts";
import type { FeishuAccountConfig } from "./config-schema.ts";
import type { HostRuntime } from "./host.ts";
import { mediaMaxBytes } from "./message-sender.ts";

/**
 * Fetches the images of an answer as the host fetches all media: its guard decides which addresses may be reached. It cannot be
 * interrupted, so a late image is fetched in vain. Undefined when images are to stay links.
 */
export function hostImages(runtime: HostRuntime, config: FeishuAccountConfig): LoadImage | undefined {
  if (config.card?.images === "link") return undefined;
  return async (url, { maxBytes }) => {
    const limit = Math.min(maxBytes, mediaMaxBytes(config));
    const { buffer: data, contentType } = await runtime.media.loadWebMedia(url, { maxBytes: limit });
    return { data, contentType };
  };
}
