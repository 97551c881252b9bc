import type { z } from "zod";
import { SUB_CODES } from "../api/codes.ts";
import type { JsonObject } from "../json.ts";
import { CardIssue } from "./issue.ts";
import { countTables, mentionedIds, shownImages } from "./markdown.ts";

/** What a card is checked against beside its schema. */
export interface CardRules {
  readonly maxTables: number;
  /** Components a card may hold. */
  readonly maxComponents: number;
  /** May an element be called so? */
  readonly isId: (id: string) => boolean;
  /** Is this someone who can be mentioned? Left out: mentions are not checked. */
  readonly knownMention?: ((id: string) => boolean) | undefined;
  /** Was this image uploaded? Left out: images are not checked. */
  readonly knownImage?: ((key: string) => boolean) | undefined;
}

/** Words of the refusal of a mention. */
export const MENTION_PROBLEM = "There is an invalid user resource(at/person) in your card";

/** Does any text of the card mention everybody? */
export function mentionsAll(card: JsonObject): boolean {
  return /<at\s+id\s*=\s*(?:\\?["'])?all\b/u.test(JSON.stringify(card));
}

/** @throws CardIssue naming the first thing that does not fit, with its path */
export function check(
  schema: z.ZodType,
  value: unknown,
  path: string,
  fallback: "cardContent" | "cardEmpty" = "cardContent",
): void {
  const result = schema.safeParse(value);
  if (result.success) return;
  const first = result.error.issues[0];
  const where = [
    path,
    ...(first?.path.map((part) => (typeof part === "number" ? `[${part}]` : String(part))) ?? []),
  ].join(" -> ");
  const unknown = first?.code === "unrecognized_keys" ? first.keys[0] : undefined;
  const text =
    unknown === undefined
      ? `invalid value, ${first?.message ?? "does not match"}`
      : `unknown property, property: ${unknown}`;
  throw new CardIssue(fallback, SUB_CODES.parse, text, {
    path: where,
    value: unknown,
    unknownProperty: unknown !== undefined,
  });
}

/** `excess`: `table` components above their own limit. */
export function checkTables(tables: number, excess: number, rules: CardRules): void {
  if (tables <= rules.maxTables && excess <= 0) return;
  throw new CardIssue(undefined, SUB_CODES.catchAll, "card table number over limit", { value: "table" });
}

/** Checks a Markdown text and gives how many tables it has. @throws CardIssue */
export function checkMarkdown(text: string, rules: CardRules, path: string | undefined): number {
  const { knownMention, knownImage } = rules;
  const bad = knownMention === undefined ? undefined : mentionedIds(text).find((id) => !knownMention(id));
  if (bad !== undefined) throw new CardIssue(undefined, SUB_CODES.mention, MENTION_PROBLEM, { value: bad, path });
  const image = knownImage === undefined ? undefined : shownImages(text).find((key) => !knownImage(key));
  if (image !== undefined) throw invalidImage(image, path);
  return countTables(text);
}

/** @see docs:im-v1/message/create, sub-code 200570 */
export function invalidImage(key: string, path: string | undefined): CardIssue {
  return new CardIssue(undefined, SUB_CODES.imageKey, "card contains invalid image keys", {
    value: `image key ${key}`,
    path,
  });
}
