import { isObject } from "./json.ts";

/** Deeper than this answers are not compared: below stand cards and texts. */
const MAX_DEPTH = 5;

/** A field in which two answers differ. */
export interface ShapeDifference {
  /** `data.items[].sender.id_type`. */
  readonly path: string;
  /** Who has it, or that the two have values of different types. */
  readonly how: "only there" | "only here" | "another type";
}

/** Fields that one of two JSON values has and the other has not, or with another type. Values are not compared, and `null` and "" count as absent. */
export function shapeDifferences(there: unknown, here: unknown, path = "", depth = 0): ShapeDifference[] {
  if (depth > MAX_DEPTH || isAbsent(there) || isAbsent(here)) {
    if (isAbsent(there) === isAbsent(here) || depth > MAX_DEPTH) return [];
    return [{ path, how: isAbsent(here) ? "only there" : "only here" }];
  }
  if (Array.isArray(there) && Array.isArray(here)) {
    if (there.length === 0 || here.length === 0) return [];
    return shapeDifferences(there[0], here[0], `${path}[]`, depth + 1);
  }
  if (isObject(there) && isObject(here)) {
    const names = new Set([...Object.keys(there), ...Object.keys(here)]);
    return [...names].toSorted().flatMap((name) => {
      const at = path === "" ? name : `${path}.${name}`;
      return shapeDifferences(own(there, name), own(here, name), at, depth + 1);
    });
  }
  return typeOf(there) === typeOf(here) ? [] : [{ path, how: "another type" }];
}

function own(value: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === "" || (isObject(value) && Object.keys(value).length === 0);
}

function typeOf(value: unknown): string {
  return Array.isArray(value) ? "array" : typeof value;
}
