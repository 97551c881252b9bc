import { NO_CARRY } from "../../../../src/text/index.ts";
import type { CardChainOptions } from "../card-chain-options.ts";
import type { CardLedger } from "../seen/card-ledger.ts";
import type { CardSlots } from "../card-slots.ts";
import { sendByLastMeans } from "./last-means.ts";

/** What has become of a reply's cards. */
export interface CardsThen {
  readonly slots: CardSlots;
  readonly ledger: CardLedger;
  /** The last error on the way. */
  readonly error: unknown;
  /** The reply has as many messages as it may. */
  readonly asFile: boolean;
}

/**
 * What no card shows of a complete text goes out by the last means, unless a message of unknown fate may show it.
 * @returns the error that the reply is left with; undefined when everything was sent
 */
export function sendTail(options: CardChainOptions, { slots, ledger, error, asFile }: CardsThen): Promise<unknown> {
  const mayBeShown = slots.all.some(({ surface }) => surface.messageId === undefined && surface.sendUnknown);
  if (mayBeShown) return Promise.resolve(error);
  const { events, onAcknowledged } = options;
  const from = ledger.acknowledgedOf(slots.all);
  const last = slots.all.at(-1);
  const carry = last?.range.end === from ? last.range.next : NO_CARRY;
  const rest = { from, carry, tier: last?.surface.tier ?? "none", error, asFile } as const;
  return sendByLastMeans(options, rest, (messageId, shows) => {
    if (shows !== undefined) ledger.add({ tier: "text", messageId, ...shows, proof: "acknowledged" });
    const index = slots.addMessage();
    events.emit("card", { index, cardId: undefined, messageId });
    events.emit("complete", { index });
    if (shows !== undefined) onAcknowledged(ledger.acknowledgedOf(slots.all));
  });
}
