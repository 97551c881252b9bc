import { TerminalText } from "../terminal/terminal-text.ts";

/** Above this share of characters that cannot be text, the input is something else: an image, an archive, another encoding. */
const MAX_BAD_SHARE = 0.1;
/** Control characters that text does not have; NUL is judged by itself. */
// oxlint-disable-next-line no-control-regex -- finding control characters is what it is for
const BAD = /[\u0001-\u0006\u000E-\u001A\u001C-\u001F\uFFFD]/gu;

/** The input is not text in the given encoding. */
export class BinaryInputError extends Error {
  override readonly name = "BinaryInputError";
}

/** How bytes become text. */
export interface TextReaderOptions {
  /** A label that `TextDecoder` knows. @defaultValue "utf-8" */
  readonly encoding?: string | undefined;
}

/**
 * Reads bytes, cut anywhere, as plain text without terminal controls; empty pieces are left out. A few bytes that are not text
 * become U+FFFD, as in every viewer.
 * @throws BinaryInputError as soon as the input cannot be text, before the piece that shows it is given.
 * @throws RangeError for an encoding that is not known.
 */
export async function* readText(
  chunks: AsyncIterable<Uint8Array>,
  options: TextReaderOptions = {},
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder(options.encoding ?? "utf-8");
  const terminal = new TerminalText();
  let chars = 0;
  let bad = 0;
  for await (const chunk of chunks) {
    const piece = decoder.decode(chunk, { stream: true });
    chars += piece.length;
    bad += piece.match(BAD)?.length ?? 0;
    if (piece.includes("\0") || bad > chars * MAX_BAD_SHARE) throw new BinaryInputError("the input is not text");
    const plain = terminal.push(piece);
    if (plain !== "") yield plain;
  }
  const rest = terminal.push(decoder.decode()) + terminal.end();
  // Input that ends inside a character was cut by whoever wrote it; half a character is none.
  const whole = rest.replace(/\uFFFD/gu, "");
  if (whole !== "") yield whole;
}
