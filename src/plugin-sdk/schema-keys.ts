import { z } from "zod";

/**
 * The keys that a zod schema knows at `path`: of an object, of all branches of a union together, none elsewhere. Optional, default
 * and piped schemas are looked into.
 */
export function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const at = path.reduce<readonly z.ZodType[]>(
    (schemas, key) => schemas.flatMap((each) => inside(each, key)),
    branches(schema),
  );
  return [...new Set(at.flatMap((each) => (each instanceof z.ZodObject ? Object.keys(each.shape) : [])))];
}

/** What stands at a key. */
function inside(schema: z.ZodType, key: PropertyKey): z.ZodType[] {
  if (schema instanceof z.ZodObject) {
    const field: unknown = schema.shape[String(key)];
    return field instanceof z.ZodType ? branches(field) : [];
  }
  // The element types are schemas of zod's core, of which every one made by `z` is a ZodType.
  if (schema instanceof z.ZodRecord) return branches(schema.valueType as z.ZodType);
  return schema instanceof z.ZodArray ? branches(schema.element as z.ZodType) : [];
}

/** The schema without its wrappers; all branches of a union. */
function branches(schema: z.ZodType): z.ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return branches(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodNullable) return branches(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodPipe) return branches(schema.in as z.ZodType);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => branches(option as z.ZodType));
  return [schema];
}
