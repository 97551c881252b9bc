/** What an operation answers when it succeeds. */
export interface Answer {
  readonly httpStatus: number;
  /** Sent as JSON unless it is bytes. */
  readonly body: Record<string, unknown> | Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
  readonly warning: string | undefined;
}

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});

/** `{code: 0, msg: "success", data}`. */
export function ok(data: Record<string, unknown>, parts: { msg?: string; warning?: string | undefined } = {}): Answer {
  return {
    httpStatus: 200,
    body: { code: 0, msg: parts.msg ?? "success", data },
    headers: NO_HEADERS,
    warning: parts.warning,
  };
}

/** The same with fields beside `code` instead of `data`, as auth and bot info answer. */
export function okFlat(fields: Record<string, unknown>): Answer {
  return { httpStatus: 200, body: { code: 0, msg: "ok", ...fields }, headers: NO_HEADERS, warning: undefined };
}

/** Bytes, for downloads. */
export function okBytes(data: Uint8Array<ArrayBuffer>, contentType: string, fileName: string): Answer {
  const headers = {
    "content-type": contentType,
    "content-disposition": `attachment; filename="${encodeURIComponent(fileName)}"`,
  };
  return { httpStatus: 200, body: data, headers, warning: undefined };
}
