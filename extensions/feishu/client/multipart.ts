/** One part of a multipart body: a field, or a file with its name. */
export type MultipartPart =
  | { readonly name: string; readonly value: string }
  | { readonly name: string; readonly fileName: string; readonly bytes: Uint8Array };

/**
 * Writes multipart/form-data by hand, because every `fetch` implementation accepts only its own `FormData`.
 * `boundary` must not occur in the parts; 128 random bits do.
 */
export function encodeMultipart(parts: readonly MultipartPart[], boundary: string): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const chunks: Uint8Array[] = [];
  for (const part of parts) {
    const disposition = `--${boundary}\r\nContent-Disposition: form-data; name="${escapeQuoted(part.name)}"`;
    if ("bytes" in part) {
      chunks.push(
        encoder.encode(
          `${disposition}; filename="${escapeQuoted(part.fileName)}"\r\nContent-Type: application/octet-stream\r\n\r\n`,
        ),
        part.bytes,
        encoder.encode("\r\n"),
      );
    } else {
      chunks.push(encoder.encode(`${disposition}\r\n\r\n${part.value}\r\n`));
    }
  }
  chunks.push(encoder.encode(`--${boundary}--\r\n`));
  const body = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.byteLength;
  }
  return body;
}

/** Quotes and line breaks in a name would end the header; browsers escape them this way (WHATWG HTML, multipart form data). */
function escapeQuoted(value: string): string {
  return value.replaceAll('"', "%22").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
