import { z } from "zod";
import { child, choice, children, flag, i18n, id, layout, text } from "./schema-fields.ts";

/** The parts of a card outside its components: `config`, `card_link`, `header`, `body`. @see web:card-json-v2-structure */

const address = z.string().optional();
const url = z.object({ url: address, pc_url: address, ios_url: address, android_url: address });
const printRate = z
  .object({
    default: z.int().positive().optional(),
    android: z.int().positive().optional(),
    ios: z.int().positive().optional(),
    pc: z.int().positive().optional(),
  })
  .strict();

/** `config`. */
export const configSchema: z.ZodType<Record<string, unknown>> = z
  .object({
    streaming_mode: flag,
    streaming_config: z
      .object({
        print_frequency_ms: printRate.optional(),
        print_step: printRate.optional(),
        print_strategy: choice("fast", "delay"),
      })
      .strict()
      .optional(),
    summary: z.object({ content: text, i18n_content: i18n }).strict().optional(),
    locales: z.array(z.string()).optional(),
    enable_forward: flag,
    enable_forward_interaction: flag,
    update_multi: flag,
    width_mode: choice("default", "compact", "fill"),
    use_custom_translation: flag,
    /** Of version 1.0; public programs send it in 2.0 every day (larksuite/openclaw-lark#487). */
    wide_screen_mode: flag,
    style: z
      .object({
        text_size: z.record(z.string(), z.unknown()).optional(),
        color: z.record(z.string(), z.unknown()).optional(),
      })
      .strict()
      .optional(),
  })
  .strict();

/** `card_link`: `url`, or an address for each platform; empty is as good as none. */
export const cardLinkSchema: z.ZodType<Record<string, unknown>> = url
  .strict()
  .refine(
    (link) =>
      Object.keys(link).length === 0 ||
      (link.url ?? "") !== "" ||
      [link.pc_url, link.ios_url, link.android_url].every((one) => (one ?? "") !== ""),
    "card_link needs url, or all of pc_url, ios_url and android_url",
  );

export const cardSchema: z.ZodType<Record<string, unknown>> = z
  .object({
    schema: z.literal("2.0"),
    config: z.unknown().optional(),
    card_link: z.unknown().optional(),
    header: z.unknown().optional(),
    /** Of version 1.0; the documents still show it. @see web:plain-text */
    i18n_header: z.record(z.string(), z.unknown()).optional(),
    body: z.unknown().optional(),
  })
  .strict();

export const headerSchema: z.ZodType<Record<string, unknown>> = z
  .object({
    title: z.unknown(),
    subtitle: child,
    text_tag_list: z
      .array(z.object({ tag: z.literal("text_tag"), element_id: id, text: z.unknown(), color: text }).strict())
      .optional(),
    i18n_text_tag_list: i18n,
    template: choice(
      "blue",
      "wathet",
      "turquoise",
      "green",
      "yellow",
      "orange",
      "red",
      "carmine",
      "violet",
      "purple",
      "indigo",
      "grey",
      "default",
    ),
    icon: child,
    padding: text,
  })
  .strict();

export const bodySchema: z.ZodType<Record<string, unknown>> = z.object({ ...layout, elements: children }).strict();
