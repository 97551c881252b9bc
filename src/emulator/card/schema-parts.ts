import { z } from "zod";
import { align, child, choice, i18n, id, size, text, verticalAlign } from "./schema-fields.ts";

/** What card components are made of. */

/** Pixels from 100 on, or a word. @see the reference's section 4.1 */
export const buttonWidth: z.ZodType = z
  .string()
  .refine(
    (value) => /^(?:default|fill)$/u.test(value) || Number(/^(\d+)px$/u.exec(value)?.[1]) >= 100,
    "default, fill, or 100px and more",
  )
  .optional();

/** Version 2.0 dropped one way of fitting. @see web:card-json-v2-release-notes */
export const imageSize: z.ZodType = z
  .union([z.string(), z.number()])
  .refine((value) => value !== "stretch_without_padding", "stretch_without_padding is no longer supported")
  .optional();

/** `plain_text` and `lark_md`. */
export const textObject: z.ZodType<Record<string, unknown>> = z
  .object({
    tag: z.enum(["plain_text", "lark_md"]),
    element_id: id,
    content: text,
    i18n_content: i18n,
    text_size: text,
    text_color: text,
    text_align: align,
    lines: z.int().positive().optional(),
  })
  .strict();

/** `standard_icon` and `custom_icon`. */
export const icon: z.ZodType<Record<string, unknown>> = z
  .object({ tag: z.enum(["standard_icon", "custom_icon"]), token: text, color: text, img_key: text, size: text })
  .strict();

/** What a component does when it is clicked. */
export const behavior: z.ZodType = z.union([
  z.object({ type: z.literal("callback"), value: z.union([z.string(), z.record(z.string(), z.unknown())]) }).strict(),
  z.object({ type: z.literal("open_url"), default_url: text, pc_url: text, ios_url: text, android_url: text }).strict(),
  z.object({ type: z.literal("form_action"), behavior: choice("submit", "reset") }).strict(),
]);

/** `header` of a panel. @see web:collapsible-panel */
export const panelHeader: z.ZodType = z
  .object({
    title: z.unknown(),
    icon: child,
    icon_position: choice("left", "right", "follow_text"),
    icon_expanded_angle: z.union([z.literal(-180), z.literal(-90), z.literal(90), z.literal(180)]).optional(),
    background_color: text,
    width: z.union([z.enum(["fill", "auto", "auto_when_fold"]), z.string()]).optional(),
    padding: text,
    vertical_align: verticalAlign,
    position: text,
    text_color: text,
    text_size: text,
  })
  .strict();

/** One of `columns` of a table. @see web:table */
export const tableColumn: z.ZodType = z
  .object({
    name: z.string().min(1),
    display_name: text,
    data_type: z.enum(["text", "lark_md", "markdown", "options", "number", "persons", "date"]).optional(),
    width: size,
    vertical_align: verticalAlign,
    horizontal_align: align,
    format: z.record(z.string(), z.unknown()).optional(),
    date_format: text,
  })
  .strict();
