/** A parsed JSON object: what cards and message contents are made of. */
export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value, or `undefined` when the text is not JSON. */
export function parseJson(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

/** A copy that shares nothing with the original. The value must have come from JSON. */
export function copyJson<T>(value: T): T {
  // JSON text is several times faster than structuredClone for small trees, and cards are JSON by definition.
  return JSON.parse(JSON.stringify(value)) as T;
}

/** The value when it is a string, else the empty string. */
export function textOr(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Bytes of a value written as compact JSON. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? "");
}
