import type { Logger } from "../../../src/log/index.ts";
import type { Clock } from "../../../src/time/index.ts";
import { DeadlineError, withDeadline } from "../../../src/time/index.ts";
import { FeishuApiError, FeishuTransportError } from "../client/index.ts";
import { imageFormat } from "./image-format.ts";
import type { LoadImage } from "./load-image.ts";
import { ImageError } from "./load-image.ts";

/** Images of one reply that are fetched and uploaded at the same time. */
const AT_ONCE = 3;
/** Longest time from the first byte of an image to its key. */
const IMAGE_WITHIN_MS = 30_000;
/** After so many refusals of a write that carried image keys, the reply does without images. */
const MAX_REFUSALS = 2;

/** Image keys by address, shared by all replies of an account. */
export interface ImageKeys {
  get(url: string): string | undefined;
  set(url: string, key: string): unknown;
  delete(url: string): unknown;
}

export interface ReplyImagesOptions {
  /** Fetches images. Undefined: they stay links. */
  readonly load: LoadImage | undefined;
  /** Uploads an image to Feishu and gives its key. */
  readonly upload: (data: Uint8Array, signal: AbortSignal) => Promise<string>;
  readonly keys: ImageKeys;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Images that are fetched for this reply at most; further ones stay links. */
  readonly maxImages: number;
  /** Bytes of one image at most. */
  readonly maxBytes: number;
  /** One more image can be shown, or none of some any more. */
  readonly onChange: () => void;
}

/**
 * The images of one reply: each address that is asked for is fetched and uploaded once, in the background. Whatever goes wrong, the
 * image stays a link.
 */
export class ReplyImages {
  readonly #options: ReplyImagesOptions;
  /** Keys of addresses that were asked for; undefined while there is none, and for ever when it failed. */
  readonly #keys = new Map<string, string | undefined>();
  readonly #refused = new Set<string>();
  readonly #waiting: string[] = [];
  readonly #over = new AbortController();
  #running = 0;
  #refusals = 0;
  #listeners: (() => void)[] = [];

  constructor(options: ReplyImagesOptions) {
    this.#options = options;
  }

  /** The key that shows the image at `target` now (an address, or a key that the text itself names). Asking begins fetching it. */
  keyOf(target: string): string | undefined {
    if (this.#refusals >= MAX_REFUSALS) return undefined;
    const key = target.startsWith("img_") ? target : this.#keyAt(target);
    return key === undefined || this.#refused.has(key) ? undefined : key;
  }

  /** Feishu refused a write that carried these keys: they are not shown again. */
  refuse(keys: readonly string[]): void {
    this.#refusals += 1;
    for (const key of keys) this.#refused.add(key);
    for (const [url, key] of this.#keys)
      if (key !== undefined && this.#refused.has(key)) this.#options.keys.delete(url);
    this.#options.logger.debug("feishu takes no such images; they stay links", { images: keys.length });
  }

  /** Resolves when no image is under way any more: all are there or have failed, or {@link close} was called. */
  settled(): Promise<void> {
    if (this.#running === 0) return Promise.resolve();
    return new Promise((resolve) => this.#listeners.push(resolve));
  }

  /** Ends what is under way and begins nothing new. Keys that are there stay. Idempotent. */
  close(): void {
    this.#over.abort(new Error("the reply has ended"));
    this.#waiting.length = 0;
    this.#tell();
  }

  #keyAt(url: string): string | undefined {
    if (this.#keys.has(url)) return this.#keys.get(url);
    const { load, keys, maxImages } = this.#options;
    if (load === undefined || !canBeFetched(url) || this.#keys.size >= maxImages) return undefined;
    const known = keys.get(url);
    // What is known costs nothing; what is not is not begun when nobody waits for it any more.
    if (known === undefined && this.#over.signal.aborted) return undefined;
    this.#keys.set(url, known);
    if (known === undefined) {
      this.#waiting.push(url);
      this.#next();
    }
    return known;
  }

  #next(): void {
    while (this.#running < AT_ONCE) {
      const url = this.#waiting.shift();
      if (url === undefined) break;
      this.#running += 1;
      void this.#fetch(url).finally(() => {
        this.#running -= 1;
        this.#next();
        if (this.#running === 0) this.#tell();
      });
    }
  }

  async #fetch(url: string): Promise<void> {
    const { clock, keys, logger, onChange } = this.#options;
    const { signal } = this.#over;
    try {
      const key = await withDeadline(clock, IMAGE_WITHIN_MS, "image", (within) => this.#obtain(url, within), signal);
      if (signal.aborted) return;
      keys.set(url, key);
      this.#keys.set(url, key);
      onChange();
    } catch (error) {
      // The address may hold a secret; its host does not.
      logger.debug("an image stays a link", { host: new URL(url).host, reason: reasonOf(error) });
    }
  }

  async #obtain(url: string, signal: AbortSignal): Promise<string> {
    const { load, upload, maxBytes } = this.#options;
    if (load === undefined) throw new Error("images are not fetched");
    const { data } = await load(url, { signal, maxBytes });
    if (data.byteLength > maxBytes) throw new ImageError(`more than ${maxBytes} bytes`);
    if (imageFormat(data) === undefined) throw new ImageError("no image that Feishu takes");
    signal.throwIfAborted();
    return upload(data, signal);
  }

  #tell(): void {
    for (const resolve of this.#listeners.splice(0)) resolve();
  }
}

function canBeFetched(url: string): boolean {
  return /^https?:\/\//iu.test(url) && URL.canParse(url);
}

/** Others' errors may quote the address. */
function reasonOf(error: unknown): string {
  const tells = [ImageError, DeadlineError, FeishuApiError, FeishuTransportError].some((kind) => error instanceof kind);
  return error instanceof Error ? (tells ? error.message : error.name) : "unknown";
}
