import type { LoadImage } from "../../../extensions/feishu/images/index.ts";
import { ImageError } from "../../../extensions/feishu/images/index.ts";
import type { Emulator } from "../../../src/emulator/index.ts";
import { sleep } from "../../../src/time/index.ts";
import type { Clock } from "../../../src/time/index.ts";

/** First bytes of a PNG of 8 × 8 pixels; what follows is nobody's business. */
const PNG = [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 8, 0, 0, 0, 8];

/** The bytes of a picture that tells its address. */
export function pictureOf(url: string): Uint8Array {
  return new Uint8Array([...PNG, ...new TextEncoder().encode(url)]);
}

/** How fetching an image goes. */
export interface ImageFate {
  readonly afterMs: number;
  readonly outcome: "ok" | "fails" | "hangs" | "no-image";
}

/** A web of images in virtual time; every address has one unless `fateOf` says otherwise. */
export class ImageBank {
  /** Addresses in the order in which they were fetched. */
  readonly loads: string[] = [];
  /** Fetches that are under way. */
  open = 0;
  mostOpen = 0;
  readonly #clock: Clock;
  readonly #fateOf: (url: string) => ImageFate;

  constructor(clock: Clock, fateOf: (url: string) => ImageFate = () => ({ afterMs: 300, outcome: "ok" })) {
    this.#clock = clock;
    this.#fateOf = fateOf;
  }

  readonly load: LoadImage = async (url, { signal }) => {
    this.loads.push(url);
    const { afterMs, outcome } = this.#fateOf(url);
    this.open += 1;
    this.mostOpen = Math.max(this.mostOpen, this.open);
    try {
      await sleep(this.#clock, outcome === "hangs" ? 2 ** 31 : afterMs, signal);
    } finally {
      this.open -= 1;
    }
    if (outcome === "fails") throw new ImageError("answered with status 404");
    return { data: outcome === "no-image" ? new TextEncoder().encode("<html>") : pictureOf(url) };
  };
}

/** Text in which every image that is shown by a key has its address again. */
export function withAddresses(emulator: Emulator, text: string): string {
  return text.replace(/(?<=!\[[^\]\n]*\]\()img_\w+(?=\))/gu, (key) => {
    const data = emulator.store.files.get(key)?.data;
    return data === undefined ? key : new TextDecoder().decode(data.subarray(PNG.length));
  });
}
