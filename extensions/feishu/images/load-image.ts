/** An image as it was found. */
export interface LoadedImage {
  readonly data: Uint8Array;
  /** As the server says; what counts is what the bytes are. */
  readonly contentType?: string | undefined;
}

/**
 * Fetches the image at `url`, an http or https address that a model wrote: whoever implements it decides which addresses may be
 * reached. Rejects when there is no image to be had, when it has more than `maxBytes`, or when `signal` aborts.
 */
export type LoadImage = (
  url: string,
  options: { readonly signal: AbortSignal; readonly maxBytes: number },
) => Promise<LoadedImage>;

/** There is no image to be had. The message names neither the address nor anything it holds. */
export class ImageError extends Error {
  override readonly name = "ImageError";
}
