import { z } from "zod";
import { align, child, children, choice, common, confirm, flag, i18n, layout, size, text } from "./schema-fields.ts";
import { FORM_SCHEMAS, callbackValue } from "./schema-form.ts";
import { behavior, buttonWidth, icon, imageSize, panelHeader, tableColumn, textObject } from "./schema-parts.ts";

/**
 * Card JSON 2.0. It refuses properties it does not know, so the objects are strict.
 * @see web:card-json-v2-structure, web:rich-text, web:table, web:collapsible-panel, web:card-json-v2-release-notes
 */

/** Objects that live inside components and are no components themselves, but count as such when they are text. */
export const TEXT_TAGS: ReadonlySet<string> = new Set(["plain_text", "lark_md"]);

/** Pictures on properties. */
export const ICON_TAGS: ReadonlySet<string> = new Set(["standard_icon", "custom_icon"]);

/** What a panel's title may be. @see web:collapsible-panel */
export const PANEL_TITLE_TAGS: ReadonlySet<string> = new Set(["plain_text", "markdown"]);

/** Known components and text objects, by tag. */
export const TAG_SCHEMAS: ReadonlyMap<string, z.ZodType<Record<string, unknown>>> = new Map<
  string,
  z.ZodType<Record<string, unknown>>
>([
  ["plain_text", textObject],
  ["lark_md", textObject],
  ["standard_icon", icon],
  ["custom_icon", icon],
  [
    "markdown",
    z
      .object({
        ...common,
        content: z.string(),
        i18n_content: i18n,
        text_size: text,
        text_align: align,
        text_color: text,
        icon: child,
      })
      .strict(),
  ],
  [
    "div",
    z
      .object({
        ...common,
        text: child,
        fields: z.array(z.object({ is_short: flag, text: child }).strict()).optional(),
        icon: child,
        width: size,
      })
      .strict(),
  ],
  ["hr", z.object(common).strict()],
  [
    "img",
    z
      .object({
        ...common,
        img_key: z.string().min(1),
        alt: child,
        title: child,
        size: imageSize,
        corner_radius: text,
        scale_type: imageSize,
        transparent: flag,
        preview: flag,
        mode: imageSize,
        custom_width: size,
        compact_width: flag,
      })
      .strict(),
  ],
  [
    "button",
    z
      .object({
        ...common,
        text: child,
        type: choice(
          "default",
          "primary",
          "danger",
          "text",
          "primary_text",
          "danger_text",
          "primary_filled",
          "danger_filled",
          "laser",
        ),
        size: choice("tiny", "small", "medium", "large"),
        width: buttonWidth,
        icon: child,
        disabled: flag,
        disabled_tips: child,
        hover_tips: child,
        confirm,
        behaviors: z.array(behavior).optional(),
        name: text,
        required: flag,
        form_action_type: choice("submit", "reset"),
        /** Older forms of `behaviors` and `form_action_type`, which the documents still show. @see web:button, web:form-container */
        value: callbackValue,
        action_type: choice("link", "request", "multi", "form_submit", "form_reset"),
      })
      .strict(),
  ],
  [
    "collapsible_panel",
    z
      .object({
        ...common,
        ...layout,
        expanded: flag,
        header: panelHeader,
        border: z.object({ color: text, corner_radius: text }).strict().optional(),
        background_color: text,
        elements: children,
      })
      .strict(),
  ],
  [
    "column_set",
    z
      .object({
        ...common,
        horizontal_spacing: text,
        horizontal_align: align,
        flex_mode: text,
        background_style: text,
        action: child,
        columns: children,
      })
      .strict(),
  ],
  [
    "column",
    z
      .object({
        ...common,
        ...layout,
        background_style: text,
        width: size,
        weight: z.int().optional(),
        action: child,
        elements: children,
      })
      .strict(),
  ],
  [
    "table",
    z
      .object({
        ...common,
        columns: z.array(tableColumn).min(1).max(50),
        rows: z.array(z.record(z.string(), z.unknown())).optional(),
        page_size: z.int().min(1).max(10).optional(),
        row_height: size,
        row_max_height: size,
        freeze_first_column: flag,
        header_style: z
          .object({
            text_align: text,
            text_size: text,
            background_style: text,
            text_color: text,
            bold: flag,
            lines: z.int().optional(),
          })
          .strict()
          .optional(),
      })
      .strict(),
  ],
  ...FORM_SCHEMAS,
]);

/** Components that may hold other components, and the property that lists them. */
export const CONTAINERS: ReadonlyMap<string, "elements" | "columns"> = new Map<string, "elements" | "columns">([
  ["collapsible_panel", "elements"],
  ["column_set", "columns"],
  ["column", "elements"],
  ["form", "elements"],
  ["interactive_container", "elements"],
]);
