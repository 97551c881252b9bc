import { z } from "zod";

/** Kinds of fields that card components share. Everything but `tag` may be left out. */

/** Its form is checked by the walk, which knows where the card goes. */
export const id: z.ZodType = z.string().optional();
export const text: z.ZodType = z.string().optional();
export const flag: z.ZodType = z.boolean().optional();
export const size: z.ZodType = z.union([z.string(), z.number()]).optional();
/** The walk checks the text objects inside. An empty object is as good as none. @see web:button */
export const confirm: z.ZodType = z
  .object({ title: z.unknown().optional(), text: z.unknown().optional() })
  .strict()
  .optional();
/** Components inside a component; the walk over the card checks them. */
export const children: z.ZodType = z.array(z.unknown()).optional();
/** A text object, icon or the like on a property; the walk checks it. */
export const child: z.ZodType = z.unknown().optional();
export const i18n: z.ZodType = z.record(z.string(), z.unknown()).optional();
/** One of some words, or nothing. */
export const choice = (...values: string[]): z.ZodType => z.enum(values as [string, ...string[]]).optional();
export const align: z.ZodType = choice("left", "center", "right");
export const verticalAlign: z.ZodType = choice("top", "center", "bottom");

/** What every component may have. */
export const common: Record<string, z.ZodType> = { tag: z.string(), element_id: id, margin: text };
/** What containers may have. @see web:card-json-v2-structure */
export const layout: Record<string, z.ZodType> = {
  direction: choice("vertical", "horizontal"),
  padding: text,
  horizontal_spacing: text,
  vertical_spacing: text,
  horizontal_align: align,
  vertical_align: verticalAlign,
};
