import { FeishuApiError } from "../client/index.ts";
import { recallMessageFeishu } from "../send.ts";
import type { CardSlot } from "./card-slot.ts";
import { CardWriter } from "./card-writer.ts";
import type { CardWriterOptions } from "./card-writer.ts";
import type { CardKitSurface } from "./cardkit-surface.ts";
import type { FeishuDelivery } from "./engine.ts";
import { limitName } from "./limits.ts";
import { persist } from "./persist.ts";
import type { Patience } from "./recovery.ts";
import type { Tally } from "./tally.ts";

export interface RetireOptions {
  readonly delivery: FeishuDelivery;
  readonly tally: Tally;
  readonly signal: AbortSignal;
}

/** Switches off a card's streaming mode when nothing else can be done to it any more. Gives the error when that failed too. */
export async function stopStreaming(
  surface: CardKitSurface,
  options: RetireOptions,
  patience: Patience,
): Promise<unknown> {
  const { delivery, tally, signal } = options;
  surface.retire();
  const idle: Omit<CardWriterOptions, "surface" | "tally" | "signal"> = {
    want: () => ({ view: NOTHING, start: 0, end: 0, final: true, mayOpen: false, version: 0 }),
    waitingSince: () => delivery.clock.now(),
    onShown: () => {},
    onRefused: () => false,
    onImagesRefused: () => {},
    pacer: delivery.pacer,
    clock: delivery.clock,
    random: delivery.random,
    logger: delivery.logger,
    patience,
    flushMs: 0,
    paceMs: 0,
  };
  const end = await new CardWriter({ ...idle, surface, tally, signal }).run();
  return end.state === "finished" ? undefined : end.error;
}

const NOTHING = {
  header: undefined,
  blocks: [],
  summary: "",
  typing: { frequencyMs: 70, stepChars: 1, strategy: "fast" },
} as const;

/**
 * Takes a card away that the reply does not need any more: recalled when it was sent, closed when it was not.
 * @throws when it is still there.
 */
export async function takeAway(slot: CardSlot, options: RetireOptions): Promise<void> {
  const { delivery, tally, signal } = options;
  if (slot.streaming !== undefined) await stopStreaming(slot.streaming, options, delivery.patience);
  const { messageId } = slot.surface;
  if (messageId === undefined) return;
  const pace = { names: [limitName.api("message.delete")], priority: "text" } as const;
  await persist(delivery, { signal, pace }, async () => {
    try {
      await recallMessageFeishu(delivery.client, { messageId }, { signal, onCall: tally.onCall });
    } catch (error) {
      // Recalled already, by an attempt whose answer was lost.
      if (!(error instanceof FeishuApiError && error.kind === "not-found")) throw error;
    }
  });
}
