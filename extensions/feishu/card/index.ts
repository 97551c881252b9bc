export type { CardBlock, CardButton, CardHeader, CardJson, CardView, ElementJson, TypingSpeed } from "./layout.ts";
export {
  blockJson,
  buttonsBlock,
  cardJson,
  continuedHeader,
  ELEMENT,
  isAnswerId,
  isTyped,
  markdownBlock,
  panelBlock,
} from "./layout.ts";
export type { CardLocale, CardStrings } from "./strings.ts";
export { cardStrings } from "./strings.ts";
export { markdownElement, plainText, writtenElement } from "./parts.ts";
export { PRESS_KEY, toSafeCard } from "./safe-card.ts";
export { toSummary } from "./summary.ts";
