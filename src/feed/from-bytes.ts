import type { FeedPart } from "./part.ts";
import { FeedError } from "./part.ts";

/** Bytes as they come: of a socket, a file, a pipe. */
export type ByteSource = AsyncIterable<Uint8Array>;

/**
 * Plain UTF-8 text; chunks may be cut anywhere, also inside a character. A byte order mark is left out.
 * @throws FeedError `bad-input` for bytes that are not UTF-8; what came before them has been given.
 */
export async function* fromTextBytes(source: ByteSource): AsyncGenerator<FeedPart> {
  for await (const text of decodeUtf8(source)) yield { type: "text", text };
  yield { type: "end" };
}

/** Decodes UTF-8 across chunk borders. @throws FeedError `bad-input` */
export async function* decodeUtf8(source: ByteSource): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decode = (bytes?: Uint8Array): string => {
    try {
      return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
    } catch (error) {
      throw new FeedError("bad-input", "the text is not UTF-8", error);
    }
  };
  for await (const bytes of source) {
    const text = decode(bytes);
    if (text !== "") yield text;
  }
  const rest = decode();
  if (rest !== "") yield rest;
}
