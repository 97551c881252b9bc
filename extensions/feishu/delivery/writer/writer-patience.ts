import type { FeishuDelivery } from "../engine.ts";
import type { Patience } from "../recovery.ts";
import type { Operation, Surface, Want } from "../surface/surface.ts";

/** CardKit that fails for this long (ms) while a reader waits for words is left: they go on in a message that does without it. */
const READER_WAITS_MS = 1_100;
/** All words are there and only the end of the card is missing: so long (ms) the reply itself waits for it. */
const END_WAITS_MS = 6_000;

/** Whether a reader waits for words that the operation brings, or that cannot come before it. */
export function waits(surface: Surface, operation: Operation, want: Want): boolean {
  if (operation.kind === "open") return want.mayOpen;
  return want.end !== surface.shown?.end;
}

/**
 * How long a surface may fail. CardKit is left for the readers' sake alone: when nobody waits for words, the same card is tried for as
 * long as the reply lasts. Ordinary messages have nothing better to fall back to, so they have the account's patience.
 */
export function writerPatience(delivery: FeishuDelivery, surface: Surface, operation: Operation, want: Want): Patience {
  if (surface.tier !== "cardkit" || operation.ways.every(({ api }) => api.startsWith("message.")))
    return delivery.patience;
  if (waits(surface, operation, want)) return { failures: Infinity, forMs: READER_WAITS_MS };
  return { failures: Infinity, forMs: want.final ? END_WAITS_MS : Infinity };
}
