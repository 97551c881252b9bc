import type { CardSlot } from "../card-slot.ts";
import type { FeishuDelivery } from "../engine.ts";
import { limitName } from "../limits.ts";
import { persist } from "../writer/persist.ts";
import { recallForGood } from "../surface/recall.ts";
import type { Tally } from "../reply/tally.ts";

export interface TakeAwayOptions {
  readonly delivery: FeishuDelivery;
  readonly tally: Tally;
  readonly signal: AbortSignal;
}

/**
 * Takes a card away that the reply does not need any more: its message is recalled. One that was never sent nobody sees.
 * @throws when it is still there.
 */
export async function takeAway(slot: CardSlot, { delivery, tally, signal }: TakeAwayOptions): Promise<void> {
  const { messageId } = slot.surface;
  if (messageId === undefined) return;
  const pace = { names: [limitName.api("message.delete")], priority: "text" } as const;
  await persist(delivery, { signal, pace }, () =>
    recallForGood(delivery.client, messageId, { signal, onCall: tally.onCall }),
  );
}
