import { createHostFilter } from "./image-hosts.ts";
import type { WebImageLoader, WebImageLoaderOptions } from "./web-image-loader.ts";
import { createWebImageLoader } from "./web-image-loader.ts";

/**
 * Where the pictures of an answer may come from. `link`: nowhere, they stay links and nothing is fetched. `hosts`: from these hosts
 * alone. `upload`: from the whole public internet; then a page that the model reads can make it write an address that carries away
 * what it knows, and fetching that address delivers it.
 */
export type ImageSource = "link" | "upload" | { readonly hosts: readonly string[] };

/** What holds where the operator says nothing. */
export const DEFAULT_IMAGES: ImageSource = "link";

/**
 * The loader for a source; undefined when nothing is fetched. Whoever opens it closes it.
 * @throws TypeError naming an entry of `hosts` that is no host.
 */
export function openImageSource(
  source: ImageSource = DEFAULT_IMAGES,
  options: Omit<WebImageLoaderOptions, "isAllowedUrl"> = {},
): WebImageLoader | undefined {
  if (source === "link") return undefined;
  if (source === "upload") return createWebImageLoader(options);
  return createWebImageLoader({ ...options, isAllowedUrl: createHostFilter(source.hosts) });
}
