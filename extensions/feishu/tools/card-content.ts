import { z } from "zod";
import { ChannelToolError } from "../../../src/plugin-sdk/index.ts";
import { markdownElement, plainText, toSafeCard } from "../card/index.ts";
import type { CardJson } from "../send.ts";

/** The fields that say what a card shows. */
export const cardFields: {
  markdown: z.ZodOptional<z.ZodString>;
  title: z.ZodOptional<z.ZodString>;
  card: z.ZodOptional<z.ZodRecord<z.ZodString, z.ZodUnknown>>;
} = {
  markdown: z.string().min(1).max(25_000).optional().describe("The card's body as Markdown. The usual way."),
  title: z.string().max(200).optional().describe("Header above markdown."),
  card: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('A whole card as JSON instead, schema "2.0": {"schema":"2.0","body":{"elements":[…]}}. At most 30 KB.'),
};

/** Values of {@link cardFields}. */
export interface CardContent {
  readonly markdown?: string | undefined;
  readonly title?: string | undefined;
  readonly card?: Readonly<Record<string, unknown>> | undefined;
}

/** @throws ChannelToolError `invalid-card` unless exactly one of `markdown` and `card` is given. */
export function toCard({ markdown, title, card }: CardContent): CardJson {
  if ((markdown === undefined) === (card === undefined)) {
    throw new ChannelToolError(
      "invalid-card",
      "Exactly one of markdown and card is needed.",
      "Call again with the text as markdown.",
    );
  }
  // update_card only works on cards that say so.
  if (card !== undefined) {
    const config = typeof card["config"] === "object" && card["config"] !== null ? card["config"] : {};
    return toSafeCard({ ...card, config: { update_multi: true, ...config } });
  }
  const header = title === undefined ? {} : { header: { title: plainText(title), template: "blue" } };
  return {
    schema: "2.0",
    config: { update_multi: true },
    ...header,
    body: { elements: [markdownElement(markdown ?? "")] },
  };
}
