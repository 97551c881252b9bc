/** Feishu says no. `status` is the HTTP status, `headers` go with the answer. */
export class Refusal extends Error {
  readonly code: number;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(
    code: number,
    msg: string,
    more: { status?: number; headers?: Record<string, string>; details?: Record<string, unknown> } = {},
  ) {
    super(msg);
    this.code = code;
    this.status = more.status ?? 400;
    this.headers = more.headers ?? {};
    this.details = more.details;
  }
}

/** A card that a message cannot carry: 230099 with the inner code in its text. */
export function cardRefusal(inner: number, msg: string): Refusal {
  return new Refusal(230_099, `Failed to create card content, ext=ErrCode: ${inner}; ErrMsg: ${msg}; ErrorValue: ; `);
}

/** A parameter that fails validation at the gateway. */
export function fieldRefusal(field: string, description: string): Refusal {
  return new Refusal(99_992_402, "field validation failed", {
    details: { field_violations: [{ field, value: "", description }] },
  });
}
