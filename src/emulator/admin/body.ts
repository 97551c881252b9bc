import type { Context } from "hono";
import type { z } from "zod";
import { parseJson } from "../json.ts";
import { AdminError } from "./errors.ts";

/** The JSON body, checked. An empty body counts as `{}`. @throws AdminError naming the first wrong field */
export async function readBody<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const text = await c.req.text();
  const json = text === "" ? { value: {} } : parseJson(text);
  if (json === undefined) throw new AdminError("the body is not JSON");
  const result = schema.safeParse(json.value);
  if (result.success) return result.data;
  const first = result.error.issues[0];
  throw new AdminError(`${first?.path.join(".") || "body"}: ${first?.message ?? "is wrong"}`);
}

/** A number from the query, or `fallback` when it is absent. @throws AdminError when it is none, or below `min` */
export function queryNumber(c: Context, name: string, fallback: number, min = 0): number {
  const text = c.req.query(name);
  if (text === undefined || text === "") return fallback;
  const value = Number(text);
  if (!Number.isFinite(value) || value < min) throw new AdminError(`${name}: must be a number from ${min} on`);
  return value;
}
