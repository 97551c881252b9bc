import type { CardConfig } from "./schema.ts";

/** What `card` in the config says about writing a reply, in the words of `ReplySettings`. */
export interface CardSettings {
  readonly rolloverChars: number | undefined;
  readonly flushMs: number | undefined;
  readonly start: "create" | "convert" | undefined;
}

/** The settings of a reply that `channels.feishu.card` decides; undefined stands for the default. */
export const cardSettings = (card: CardConfig | undefined): CardSettings => ({
  rolloverChars: card?.maxChars,
  flushMs: card?.flushMs,
  start: card?.start,
});
