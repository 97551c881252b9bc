/** A parsed JSON object; reading a key gives `unknown`. */
export type Json = Readonly<Record<string, unknown>>;

const NOTHING: Json = Object.freeze({});
const NO_ITEMS: readonly unknown[] = Object.freeze([]);

/** `value` as an object, for looking into; an empty one when it is none. */
export function asObject(value: unknown): Json {
  return isObject(value) ? value : NOTHING;
}

/** Whether `value` is an object with keys, not a list. */
export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `value` as a list; an empty one when it is none. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : NO_ITEMS;
}

/** `value` when it is a string that is not empty. */
export function asText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Whether a value is there at all: not null, not empty, no object of such values alone. */
export function isSomething(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return false;
  if (Array.isArray(value)) return value.some(isSomething);
  return typeof value !== "object" || Object.values(value).some(isSomething);
}

/** Whether there is any text in a value, at any depth. Numbers and marks (an index, `thought: true`) carry nothing to a reader. */
export function hasText(value: unknown): boolean {
  if (typeof value === "string") return value !== "";
  if (typeof value !== "object" || value === null) return false;
  // A cast for reading by key: an object or a list.
  for (const key in value) if (hasText((value as Json)[key])) return true;
  return false;
}

/** The object that a text holds; undefined when it is not JSON or not an object. */
export function parseObject(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
