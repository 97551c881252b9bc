import { RECOMMENDED_CARD_BYTES } from "../limits.ts";
import type { CardTree } from "./tree.ts";

/** What the inspector says about a card that Feishu takes although it is larger than recommended. @see docs:im-v1/faq */
export function sizeWarning(tree: CardTree): string | undefined {
  if (tree.bytes <= RECOMMENDED_CARD_BYTES) return undefined;
  return `the card has ${tree.bytes} bytes; Feishu recommends 30 KB (${RECOMMENDED_CARD_BYTES})`;
}
