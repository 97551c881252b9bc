/** Any JSON object; reading a key gives `unknown`. */
export type Json = Readonly<Record<string, unknown>>;

/** `value` as an object to read keys from; an empty one when it is none. */
export const asObject = (value: unknown): Json =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};

/** `value` as a list; an empty one when it is none. */
export const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** `value` when it is a string that is not empty. */
export const asText = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;
