/** One part of a form. */
export interface FormPart {
  readonly data: Uint8Array<ArrayBuffer>;
  /** `undefined` when the part does not say. */
  readonly fileName: string | undefined;
}

/** Bytes of one part's headers; more is no form that a client would send. */
const MAX_HEADERS = 16 * 1024;

function parameter(header: string, name: string): string | undefined {
  const match = new RegExp(`[;\\s]${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]+))`, "iu").exec(header);
  return match === null ? undefined : (match[1]?.replace(/\\(.)/gu, "$1") ?? match[2]);
}

/**
 * Parts of a `multipart/form-data` body by name (RFC 7578); `undefined` when it is none. Parts keep their bytes whether or not
 * they carry a file name: the Node SDK sends images without one, which the standard FormData would read as text.
 */
export function parseMultipart(body: Uint8Array<ArrayBuffer>, contentType: string): Map<string, FormPart> | undefined {
  if (!/^multipart\/form-data/iu.test(contentType)) return undefined;
  const boundary = parameter(contentType, "boundary");
  if (boundary === undefined || boundary === "") return undefined;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const mark = Buffer.from(`--${boundary}`);
  const parts = new Map<string, FormPart>();
  let at = bytes.indexOf(mark);
  if (at === -1) return undefined;
  for (;;) {
    const start = at + mark.length;
    if (bytes.subarray(start, start + 2).toString("latin1") === "--") return parts;
    const headersEnd = bytes.indexOf("\r\n\r\n", start);
    const next = headersEnd === -1 ? -1 : bytes.indexOf(Buffer.concat([Buffer.from("\r\n"), mark]), headersEnd + 2);
    if (headersEnd === -1 || next === -1 || headersEnd - start > MAX_HEADERS) return undefined;
    const headers = bytes.subarray(start, headersEnd).toString("utf8");
    const disposition = /^content-disposition:(.*)$/imu.exec(headers)?.[1] ?? "";
    const name = parameter(disposition, "name");
    // Between the blank line and the next mark; an empty part has the mark right behind the blank line.
    const data = new Uint8Array(bytes.subarray(headersEnd + 4, Math.max(next, headersEnd + 4)));
    if (name !== undefined) parts.set(name, { data, fileName: parameter(disposition, "filename") });
    at = next + 2;
  }
}
