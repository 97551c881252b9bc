import { CODES, SUB_CODES } from "./codes.ts";
import type { CodeName } from "./codes.ts";

/** Extra parts of a refused answer. */
export interface RefusalParts {
  readonly httpStatus?: number | undefined;
  readonly msg?: string | undefined;
  /** `error` of the envelope: field_violations, permission_violations, … */
  readonly error?: Record<string, unknown> | undefined;
  readonly headers?: Record<string, string> | undefined;
  /** Plain words for a person reading the timeline: what was done and what Feishu makes of it. */
  readonly warning?: string | undefined;
}

/** Thrown by an operation that Feishu would refuse; the gateway turns it into the answer. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: number;
  readonly parts: RefusalParts;

  constructor(code: number, msg: string, parts: RefusalParts = {}) {
    super(parts.msg ?? msg);
    this.code = code;
    this.parts = parts;
  }
}

/** A refusal with a code of the table. */
export function refuse(name: CodeName, parts: RefusalParts = {}): Refusal {
  const [code, msg] = CODES[name];
  return new Refusal(code, msg, parts);
}

/**
 * Feishu's catch-all for cards: 230099 with the real code inside its text.
 * @see docs:im-v1/message/create
 */
export function refuseCard(
  sub: number,
  text: string,
  options: { value?: string | undefined; path?: string | undefined; warning?: string | undefined } = {},
): Refusal {
  const path = options.path === undefined ? "" : `ErrPath: ${options.path}; `;
  const msg = `${CODES.cardFailed[1]}ErrCode: ${sub}; ${path}ErrMsg: ${text}; ErrorValue: ${options.value ?? ""}; `;
  return new Refusal(CODES.cardFailed[0], msg, { warning: options.warning });
}

/** @see public code: the answer to an id that cannot be sent (unknown, too young, used, expired or another app's). */
export function refuseCardId(warning: string): Refusal {
  return refuseCard(SUB_CODES.catchAll, "cardid is invalid", { warning });
}
