import type { DeliveryResult, DeliveryTier } from "../../../../src/stream/index.ts";
import type { CardChain } from "../card-chain.ts";
import type { ReplyState } from "./reply-state.ts";
import type { ReplyTimes } from "./reply-times.ts";
import type { Tally } from "./tally.ts";

/** A reply that has ended, and the error that it ended with. */
export interface EndedReply {
  readonly chain: CardChain;
  readonly state: ReplyState;
  readonly tally: Tally;
  readonly times: ReplyTimes;
  readonly error: unknown;
}

/** What became of a reply: nothing counts as delivered that may not be there. */
export function toResult({ chain, state, tally, times, error }: EndedReply): DeliveryResult {
  const { parts, owed } = chain;
  const total = state.text.length;
  const delivered = Math.min(total, chain.delivered);
  return {
    outcome: chain.isOver ? "failed" : (state.outcome?.kind ?? "failed"),
    delivered,
    total,
    cards: parts.length,
    tier: lowestTier(parts.map(({ tier }) => tier)),
    parts,
    owed,
    retries: tally.retries,
    rejected: tally.rejected,
    unknownResolved: tally.unknownResolved,
    calls: tally.calls,
    bytes: tally.bytes,
    firstGlyphMs: times.firstGlyphMs,
    finishLagMs: delivered === total ? times.finishLagMs : undefined,
    error: error === undefined || error instanceof Error ? error : new Error("delivery failed", { cause: error }),
  };
}

const TIERS: readonly DeliveryTier[] = ["none", "cardkit", "im-patch", "text"];

function lowestTier(tiers: readonly DeliveryTier[]): DeliveryTier {
  return TIERS[Math.max(0, ...tiers.map((tier) => TIERS.indexOf(tier)))] ?? "none";
}
