import { z } from "zod";
import { child, children, common, confirm, flag, i18n, layout, size, text } from "./schema-fields.ts";
import { behavior } from "./schema-parts.ts";

type Schema = z.ZodType<Record<string, unknown>>;

/** What a component sends when it is used: an object, or a text of older cards. */
export const callbackValue: z.ZodType = z.union([z.string(), z.record(z.string(), z.unknown())]).optional();

const objects = z.array(z.record(z.string(), z.unknown())).optional();
const count = z.number().optional();

/** What every component that a person uses may have. @see web:input, web:single-select-dropdown-menu and the pages beside them */
const interactive: Record<string, z.ZodType> = {
  ...common,
  name: text,
  required: flag,
  disabled: flag,
  disabled_tips: child,
  hover_tips: child,
  placeholder: child,
  width: size,
  behaviors: z.array(behavior).optional(),
  value: callbackValue,
  confirm,
};
const select: Record<string, z.ZodType> = { ...interactive, type: text, options: objects };
const one: Record<string, z.ZodType> = { initial_option: text, initial_index: count };
const several: Record<string, z.ZodType> = { selected_values: z.array(z.string()).optional() };
const people: Record<string, z.ZodType> = { size: text, show_name: flag, show_avatar: flag };

const strict = (fields: Record<string, z.ZodType>): Schema => z.object(fields).strict();

/** Forms and what stands in them, lists of people and pictures, audio. `chart` is checked by tag alone: its specification is VChart's. */
export const FORM_SCHEMAS: readonly (readonly [tag: string, schema: Schema])[] = [
  ["form", strict({ ...common, ...layout, name: text, elements: children, confirm })],
  [
    "interactive_container",
    strict({
      ...interactive,
      ...layout,
      height: size,
      background_style: text,
      has_border: flag,
      border_color: text,
      corner_radius: text,
      elements: children,
    }),
  ],
  [
    "input",
    strict({
      ...interactive,
      default_value: text,
      max_length: count,
      input_type: text,
      rows: count,
      auto_resize: flag,
      max_rows: count,
      show_icon: flag,
      label: child,
      label_position: text,
    }),
  ],
  ["select_static", strict({ ...select, ...one })],
  ["select_person", strict({ ...select, ...one })],
  ["multi_select_static", strict({ ...select, ...several })],
  ["multi_select_person", strict({ ...select, ...several })],
  ["date_picker", strict({ ...interactive, initial_date: text })],
  ["picker_time", strict({ ...interactive, initial_time: text })],
  ["picker_datetime", strict({ ...interactive, initial_datetime: text })],
  ["overflow", strict({ ...interactive, options: objects })],
  [
    "select_img",
    strict({
      ...interactive,
      style: text,
      multi_select: flag,
      layout: text,
      can_preview: flag,
      aspect_ratio: text,
      options: objects,
    }),
  ],
  [
    "checker",
    strict({
      ...interactive,
      checked: flag,
      text: child,
      overall_checkable: flag,
      button_area: z.record(z.string(), z.unknown()).optional(),
      checked_style: z.record(z.string(), z.unknown()).optional(),
      padding: text,
    }),
  ],
  ["person", strict({ ...common, ...people, user_id: text, style: text })],
  [
    "person_list",
    strict({
      ...common,
      ...people,
      drop_invalid_user_id: flag,
      lines: count,
      persons: objects,
      icon: child,
      ud_icon: z.record(z.string(), z.unknown()).optional(),
    }),
  ],
  [
    "img_combination",
    strict({
      ...common,
      combination_mode: text,
      combination_transparent: flag,
      corner_radius: text,
      img_list: objects,
    }),
  ],
  [
    "audio",
    strict({
      ...common,
      file_key: text,
      i18n_file_key: i18n,
      audio_id: text,
      disabled: flag,
      disabled_tips: child,
      show_progress_bar: flag,
      show_time: flag,
      time_display: text,
      time_position: text,
      border: z.record(z.string(), z.unknown()).optional(),
      style: text,
      padding: text,
      background_style: text,
      fill_color: text,
      width: size,
      fallback: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
    }),
  ],
  ["chart", z.looseObject(common)],
];
