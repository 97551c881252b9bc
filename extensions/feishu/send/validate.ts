import { FEISHU_LIMITS, FeishuInputError } from "../client/index.ts";

/**
 * Ids go into URL paths, so anything but letters, digits, `_` and `-` is refused, wherever it comes from.
 * @throws FeishuInputError
 */
export function checkId(operation: string, field: string, value: unknown, maxChars = 128): string {
  if (typeof value !== "string" || value === "")
    throw new FeishuInputError(operation, field, "missing-id", "is missing");
  if (!/^[\w-]+$/u.test(value))
    throw new FeishuInputError(operation, field, "malformed-id", "may only have letters, digits, _ and -");
  if (value.length > maxChars)
    throw new FeishuInputError(operation, field, "too-long", `may have at most ${maxChars} characters`);
  return value;
}

/** Words programs put where a message id will be; whole words only, because real ids are random letters and digits. */
const PLACEHOLDER =
  /^(?:om_)?(?:placeholder|pending|undefined|null|unknown|none|todo|example|message_?id)(?:[_-].*)?$|^om_[x0]*$/iu;

/**
 * A real message id: `om_…`, not missing and no placeholder.
 * @throws FeishuInputError
 * @see im-v1/message/create, `data.message_id`
 */
export function checkMessageId(operation: string, value: unknown, field = "messageId"): string {
  if (typeof value !== "string" || value.trim() === "")
    throw new FeishuInputError(operation, field, "missing-id", "is missing");
  if (PLACEHOLDER.test(value))
    throw new FeishuInputError(operation, field, "placeholder-id", "is a placeholder, not the id of a sent message");
  checkId(operation, field, value);
  if (!value.startsWith("om_")) throw new FeishuInputError(operation, field, "malformed-id", "must start with om_");
  return value;
}

/** @throws FeishuInputError @see CardKit v1: 1–20 characters */
export function checkCardId(operation: string, value: unknown): string {
  return checkId(operation, "cardId", value, FEISHU_LIMITS.idMaxChars);
}

/** @throws FeishuInputError @see CardKit v1, card-element/update: a letter first, then letters, digits, _, at most 20 */
export function checkElementId(operation: string, value: unknown, field = "elementId"): string {
  checkId(operation, field, value, FEISHU_LIMITS.idMaxChars);
  if (!/^[A-Za-z]\w*$/u.test(String(value)))
    throw new FeishuInputError(
      operation,
      field,
      "malformed-id",
      "must start with a letter and have only letters, digits and _",
    );
  return String(value);
}

/** @throws FeishuInputError @see CardKit v1: int32 from 1 */
export function checkSequence(operation: string, value: unknown): number {
  const { sequenceMin, sequenceMax } = FEISHU_LIMITS;
  if (typeof value !== "number" || !Number.isInteger(value) || value < sequenceMin || value > sequenceMax) {
    throw new FeishuInputError(
      operation,
      "sequence",
      "out-of-range",
      `must be a whole number from ${sequenceMin} to ${sequenceMax}`,
    );
  }
  return value;
}

/** An optional `uuid` as the request field. @throws FeishuInputError */
export function uuidField(operation: string, value: string | undefined, maxChars: number): { uuid?: string } {
  if (value === undefined) return {};
  checkLength(operation, "uuid", value, maxChars);
  return { uuid: value };
}

/** 1 to `maxChars` UTF-16 code units. @throws FeishuInputError */
export function checkLength(operation: string, field: string, value: unknown, maxChars: number): string {
  if (typeof value !== "string" || value === "")
    throw new FeishuInputError(operation, field, "empty", "must not be empty");
  if (value.length > maxChars)
    throw new FeishuInputError(
      operation,
      field,
      "too-long",
      `may have at most ${maxChars} characters, has ${value.length}`,
    );
  return value;
}

/** An object as the JSON string Feishu wants. @throws FeishuInputError */
export function toJsonField(operation: string, field: string, value: unknown, maxChars: number): string {
  if (typeof value !== "object" || value === null)
    throw new FeishuInputError(operation, field, "malformed", "must be an object");
  return checkLength(operation, field, JSON.stringify(value), maxChars);
}
