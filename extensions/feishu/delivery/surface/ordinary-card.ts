import type { CardJson, CardView } from "../../card/index.ts";
import { cardJson } from "../../card/index.ts";

/**
 * What a card that its message carries itself says, and none that is an entity: Feishu's own default, so that it changes nothing. Read back,
 * it tells a message that may be patched from one of which a patch proves nothing.
 * @see Feishu card JSON 2.0, `config.enable_forward_interaction`: false unless it is given
 */
const MARK = { enable_forward_interaction: false } as const;

/** A card as it goes with a message of its own. */
export function ordinaryCard(view: CardView): CardJson {
  const card = cardJson(view, false);
  return { ...card, config: { ...(card["config"] as object), ...MARK } };
}

/** Whether a card that was read back was sent, or patched, as one of {@link ordinaryCard}. */
export function isOrdinaryCard({ config }: CardJson): boolean {
  return (
    (config as { readonly enable_forward_interaction?: unknown } | undefined)?.enable_forward_interaction === false
  );
}
