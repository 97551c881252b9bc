/** An uploaded image or file. */
export interface StoredFile {
  readonly key: string;
  /** The app that uploaded it; people's uploads have none. */
  readonly appId: string | undefined;
  readonly kind: "image" | "file";
  /** opus, mp4, pdf, … for files; the format for images. */
  readonly type: string;
  readonly name: string;
  readonly contentType: string;
  readonly data: Uint8Array<ArrayBuffer>;
  readonly durationMs: number | undefined;
}

/** Bytes kept before the oldest upload is dropped. */
const MAX_BYTES = 256 * 1024 * 1024;

/** Uploads, oldest dropped first when there are too many bytes. */
export class Files {
  readonly #byKey = new Map<string, StoredFile>();
  #bytes = 0;

  add(file: StoredFile): void {
    this.#byKey.set(file.key, file);
    this.#bytes += file.data.byteLength;
    for (const [key, old] of this.#byKey) {
      if (this.#bytes <= MAX_BYTES || key === file.key) break;
      this.#byKey.delete(key);
      this.#bytes -= old.data.byteLength;
    }
  }

  get(key: string): StoredFile | undefined {
    return this.#byKey.get(key);
  }

  all(): StoredFile[] {
    return [...this.#byKey.values()];
  }

  clear(): void {
    this.#byKey.clear();
    this.#bytes = 0;
  }
}
