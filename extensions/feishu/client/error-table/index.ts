import { CARD_CONTENT_ERRORS } from "./card-content.ts";
import { CARDKIT_ERRORS } from "./cardkit.ts";
import { GATEWAY_ERRORS } from "./gateway.ts";
import { IM_ERRORS } from "./im.ts";
import type { FeishuErrorRow } from "./row.ts";

export { CARD_CALLBACK_ERRORS } from "./card-callback.ts";
export { CARD_CONTENT_ERRORS } from "./card-content.ts";
export { CARDKIT_ERRORS } from "./cardkit.ts";
export { GATEWAY_ERRORS } from "./gateway.ts";
export { IM_ERRORS } from "./im.ts";
export { LONG_CONNECTION_ERRORS } from "./long-connection.ts";
export type { Bilingual, FeishuErrorKind, FeishuErrorRow } from "./row.ts";

/** 230099 carries its reason as a sub-code in the text. */
export const CARD_CONTENT_CODE = 230_099;

const API_ERRORS: readonly FeishuErrorRow[] = [...GATEWAY_ERRORS, ...CARDKIT_ERRORS, ...IM_ERRORS];

/** What is known of an answer that is looked up. */
export interface FeishuAnswerFacts {
  readonly code: number;
  /** The `ErrCode: N` of a 230099. */
  readonly subCode?: number | undefined;
  /** Feishu's own text; only tells the cases of sub-code 11310 apart. */
  readonly message?: string | undefined;
  /** The operation that was answered, for example `im.message.reply`; without it, rows of any operation fit. */
  readonly operation?: string | undefined;
}

/** The most special row that fits an answer; undefined when the code is not known (`kind` is then `unknown`). */
export function findErrorRow(facts: FeishuAnswerFacts): FeishuErrorRow | undefined {
  if (facts.code === CARD_CONTENT_CODE && facts.subCode !== undefined) {
    const row = mostSpecial(CARD_CONTENT_ERRORS, { ...facts, code: facts.subCode });
    if (row !== undefined) return row;
  }
  return mostSpecial(API_ERRORS, facts);
}

function mostSpecial(rows: readonly FeishuErrorRow[], facts: FeishuAnswerFacts): FeishuErrorRow | undefined {
  const fits = rows.filter(
    (row) =>
      row.code === facts.code &&
      (row.text === undefined || facts.message?.includes(row.text) === true) &&
      (row.operation === undefined || (facts.operation ?? row.operation).startsWith(row.operation)),
  );
  const isSpecial = (row: FeishuErrorRow): boolean => row.text !== undefined || row.operation !== undefined;
  const special = fits.find(isSpecial);
  // Without an operation to go by, what holds everywhere is the better guess.
  if (facts.operation === undefined && special?.text === undefined)
    return fits.find((row) => !isSpecial(row)) ?? special;
  return special ?? fits[0];
}
