import { unpacked } from "./bytes.ts";
import type { ByteSource } from "./bytes.ts";
import type { WirePart } from "./part.ts";
import { WireReader } from "./reader.ts";
import type { WireReaderOptions } from "./reader.ts";
import { WireError } from "./wire-error.ts";

/**
 * Reads a provider's body (or plain text) into parts, whatever its protocol, its framing and the places where its bytes are cut; gzip
 * that nobody unpacked is unpacked. The last part is one `end` or one `error`. The source is left when nothing more can come.
 * Bytes of an event that are no UTF-8 are replaced; of plain text they end it as `bad-input`.
 * @throws what `source` throws; what came before it has been given.
 */
export async function* readWire(source: ByteSource, options: WireReaderOptions = {}): AsyncGenerator<WirePart> {
  const reader = new WireReader(options);
  const utf8 = new Utf8();
  const noText = (): boolean => utf8.isDamaged && reader.isText;
  let broken: WireError | undefined;
  try {
    for await (const bytes of unpacked(source)) {
      const text = utf8.decode(bytes);
      if (noText()) break;
      yield* reader.push(text);
      if (reader.over) break;
    }
  } catch (error) {
    if (!(error instanceof WireError)) {
      // Words that were kept back were said all the same; a call that was not written to its end is none.
      for (const part of reader.end()) if (part.type === "text" || part.type === "reasoning") yield part;
      throw error;
    }
    broken = error;
  }
  const last = utf8.end();
  if (!noText()) yield* reader.push(last);
  else broken ??= new WireError("bad-input", "the text is not UTF-8");
  for (const part of reader.end())
    if (part.type === "end" && broken !== undefined && reader.isText) yield { type: "error", error: broken };
    else yield part;
}

/** Decodes UTF-8 across the borders of chunks and notices what is none. */
class Utf8 {
  readonly #decoder = new TextDecoder();
  #tail: Uint8Array = new Uint8Array(0);
  /** Bytes came that are no UTF-8. */
  isDamaged = false;

  decode(bytes: Uint8Array): string {
    const text = this.#decoder.decode(bytes, { stream: true });
    if (text.includes(REPLACEMENT)) this.#look(bytes);
    this.#tail = bytes.length >= 3 ? bytes.slice(-3) : Buffer.concat([this.#tail, bytes]).subarray(-3);
    return text;
  }

  end(): string {
    const text = this.#decoder.decode();
    // The end of the bytes inside of a character.
    if (text !== "") this.isDamaged = true;
    return text;
  }

  /** A replacement character that stands in the bytes themselves is no damage. */
  #look(bytes: Uint8Array): void {
    if (!Buffer.concat([this.#tail, bytes]).includes(ENCODED)) this.isDamaged = true;
  }
}

const REPLACEMENT = "\uFFFD";
const ENCODED = Buffer.from(REPLACEMENT);
