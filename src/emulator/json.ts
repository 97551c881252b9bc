/** A parsed JSON object: what cards and message contents are made of. */
export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Levels of JSON that are read. No card comes near it; what is kept must not be too deep to be walked or written again. */
const MAX_DEPTH = 256;

/** Do objects and arrays in a JSON text stay within {@link MAX_DEPTH}? */
function isShallow(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (quoted) {
      if (code === 0x5c) i += 1;
      else if (code === 0x22) quoted = false;
    } else if (code === 0x22) quoted = true;
    else if (code === 0x5b || code === 0x7b) {
      depth += 1;
      if (depth > MAX_DEPTH) return false;
    } else if (code === 0x5d || code === 0x7d) depth -= 1;
  }
  return true;
}

/** The value, or `undefined` when the text is not JSON, or nested too deeply. */
export function parseJson(text: string): { value: unknown } | undefined {
  if (!isShallow(text)) return undefined;
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
