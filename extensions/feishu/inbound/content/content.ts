import type { FeishuAttachment } from "../message.ts";

/** What a message's content says, and the files in it. Mentions are still placeholders. */
export interface Content {
  readonly text: string;
  readonly attachments: readonly FeishuAttachment[];
}

/** A parsed JSON object whose fields are not known to be there. */
export type Fields = Readonly<Record<string, unknown>>;

/** The content string as an object; empty when it is not one. */
export function parseFields(content: string): Fields {
  try {
    return asFields(JSON.parse(content));
  } catch {
    return {};
  }
}

/** An object's fields; empty for everything else. */
export function asFields(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** An array; empty for everything else. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A string field, or undefined when it is absent, empty or something else. */
export function stringIn(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}
