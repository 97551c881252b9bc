import { DEFAULT_IMAGES, ImageError, openImageSource } from "../../images/index.ts";
import type { LoadImage } from "../../images/index.ts";
import type { FeishuAccountConfig } from "../../config/index.ts";
import type { HostRuntime } from "../host/index.ts";
import { mediaMaxBytes } from "./message-sender.ts";

/**
 * Fetches the images of an answer; undefined when they are to stay links. With `upload` the host fetches them as it fetches all media:
 * its guard decides which addresses may be reached, and it cannot be interrupted, so a late image is fetched in vain. Where hosts are
 * named our own loader does, which asks for each hop of a redirect.
 */
export function hostImages(runtime: HostRuntime, config: FeishuAccountConfig): LoadImage | undefined {
  const { images = DEFAULT_IMAGES } = config.card ?? {};
  if (images === "link") return undefined;
  return async (url, { maxBytes, signal }) => {
    const limit = Math.min(maxBytes, mediaMaxBytes(config));
    if (images === "upload") {
      const { buffer: data, contentType } = await runtime.media.loadWebMedia(url, { maxBytes: limit });
      return { data, contentType };
    }
    const web = openImageSource(images);
    if (web === undefined) throw new ImageError("images are not fetched");
    try {
      return await web.load(url, { maxBytes: limit, signal });
    } finally {
      await web.close();
    }
  };
}
