import type { FeishuAttachment } from "../message.ts";

/** A mention as a message or event lists it. */
export interface MentionKey {
  /** What stands in the text: `@_user_1`, `@_all`. */
  readonly key: string;
  /** The person's id (open_id, or whatever the message gave). */
  readonly openId?: string | undefined;
  readonly name: string;
}

/** What a message's content says, and the files in it. Mentions are still their keys. */
export interface Content {
  /** A title above the text, as Markdown. */
  readonly title?: string | undefined;
  readonly text: string;
  readonly attachments: readonly FeishuAttachment[];
  /** People whom the content itself names, with keys of its own (`@_at_1`). */
  readonly mentions?: readonly MentionKey[] | undefined;
}

/** A parsed JSON object whose fields are not known to be there. */
export type Fields = Readonly<Record<string, unknown>>;

/** The content string as an object; undefined when it is not one. */
export function parseFields(content: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(content);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
  } catch {
    return undefined;
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

/** Something in brackets that stands for what is no text. */
export function bracket(word: string, detail?: string): string {
  return detail === undefined || detail === "" ? `[${word}]` : `[${word}: ${detail}]`;
}

/**
 * A file's name as people read it, on one line and never a path: some clients send it percent-encoded, and people may put line breaks, marks
 * that turn the writing direction and the names of folders into it.
 */
export function fileNameIn(fields: Fields, field = "file_name"): string | undefined {
  const name = stringIn(fields, field);
  if (name === undefined) return undefined;
  const line = decoded(name)
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .replaceAll(/[\u200E\u200F\u061C\u202A-\u202E\u2066-\u2069]/gu, "")
    .replaceAll(/[/\\]/gu, "_")
    .trim();
  return /^\.{0,2}$/u.test(line) ? undefined : line;
}

function decoded(name: string): string {
  if (!/%[89A-Fa-f][0-9A-Fa-f]/u.test(name)) return name;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
