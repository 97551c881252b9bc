import type { SeamLimits } from "../../../../src/text/index.ts";
import type { CardLocale } from "../../card/index.ts";

/** Settings of one reply. */
export interface ReplySettings {
  /** Characters of the reply on one card; the rest goes on in the next. At least 200. @defaultValue 3000 */
  readonly rolloverChars?: number | undefined;
  /**
   * UTF-8 bytes of the reply on one card, at least 800. Cards of 148 KB were seen to be accepted; what Feishu refuses is learned.
   * @defaultValue 60000, which 3,000 characters never reach
   */
  readonly rolloverBytes?: number | undefined;
  /** Markdown tables on one card; what Feishu refuses is learned. @defaultValue 5 */
  readonly rolloverTables?: number | undefined;
  /** Messages of one reply at most, at least 3; what does not fit goes out as a Markdown file, with a line that says so. @defaultValue 100 */
  readonly maxMessages?: number | undefined;
  /** Milliseconds between writes of text to one card. 0: as often as Feishu allows, about 9 a second. @defaultValue 0 */
  readonly flushMs?: number | undefined;
  /** Milliseconds until the first sign of life while nothing else changes; further ones come ever more slowly. @defaultValue 5000 */
  readonly heartbeatMs?: number | undefined;
  /** Milliseconds from `finalize`, `fail` or `abort` until the result is given in any case. @defaultValue 120000 */
  readonly finishWithinMs?: number | undefined;
  /** Images that one reply shows at most; further ones stay links. @defaultValue 10 */
  readonly maxImages?: number | undefined;
  /** Milliseconds for which the end waits for images once all text is visible; later ones stay links. @defaultValue 10000 */
  readonly imagesWithinMs?: number | undefined;
  /** `create`: card entity first. `convert`: send the card with its first text at once, then `id_convert`. @defaultValue "create" */
  readonly start?: "create" | "convert" | undefined;
  /** Language of cardstream's own words on the card. @defaultValue "zh" */
  readonly locale?: CardLocale | undefined;
}

/** All settings, with the defaults in the places of those that are not given. */
export type FullReplySettings = Required<{ [K in keyof ReplySettings]: NonNullable<ReplySettings[K]> }>;

/** Fills in the defaults. @throws TypeError for a setting that is out of range. */
export function checkSettings(settings: ReplySettings): FullReplySettings {
  return {
    rolloverChars: atLeast("rolloverChars", settings.rolloverChars, 3_000, 200),
    rolloverBytes: atLeast("rolloverBytes", settings.rolloverBytes, 60_000, 800),
    rolloverTables: atLeast("rolloverTables", settings.rolloverTables, 5, 1),
    maxMessages: atLeast("maxMessages", settings.maxMessages, 100, 3),
    flushMs: atLeast("flushMs", settings.flushMs, 0, 0),
    heartbeatMs: atLeast("heartbeatMs", settings.heartbeatMs, 5_000, 1_000),
    finishWithinMs: atLeast("finishWithinMs", settings.finishWithinMs, 120_000, 100),
    maxImages: atLeast("maxImages", settings.maxImages, 10, 0),
    imagesWithinMs: atLeast("imagesWithinMs", settings.imagesWithinMs, 10_000, 0),
    start: settings.start ?? "create",
    locale: settings.locale ?? "zh",
  };
}

/** How much of the text one card takes. @throws TypeError as {@link checkSettings} */
export function seamLimits(settings: ReplySettings = {}): SeamLimits {
  const { rolloverChars: maxChars, rolloverBytes: maxBytes, rolloverTables: maxTables } = checkSettings(settings);
  return { maxChars, maxBytes, maxTables };
}

function atLeast(name: string, value: number | undefined, fallback: number, least: number): number {
  if (value === undefined) return fallback;
  if (!Number.isFinite(value) || value < least)
    throw new TypeError(`${name} must be a number of at least ${least}, got ${value}`);
  return value;
}
