import type { CardChainOptions } from "../card-chain-options.ts";

/**
 * The text is all there: what is still missing are images. Bounded, and without consequences when it fails.
 * @param imagesOver aborted when no image is waited for any more
 * @param shown resolves when those that have come are on their cards
 */
export async function waitForImages(
  { delivery, state, signal, imagesWithinMs }: CardChainOptions,
  imagesOver: AbortController,
  shown: () => Promise<void>,
): Promise<void> {
  const end = (): void => {
    state.images.close();
    imagesOver.abort(new Error(`images are not waited for longer than ${imagesWithinMs} ms`));
  };
  const cancel = delivery.clock.setTimer(imagesWithinMs, end);
  signal.addEventListener("abort", end);
  if (signal.aborted) end();
  await state.images.settled();
  await shown();
  cancel();
  signal.removeEventListener("abort", end);
}
