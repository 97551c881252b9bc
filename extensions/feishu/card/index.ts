export { firstImageEnd, toFeishuMarkdown, withoutTargets } from "./dialect.ts";
export type { CardBlock, CardButton, CardHeader, CardJson, CardView, ElementJson, TypingSpeed } from "./layout.ts";
export { blockJson, buttonsBlock, cardJson, ELEMENT, markdownBlock, panelBlock } from "./layout.ts";
export type { CardLocale, CardStrings } from "./strings.ts";
export { cardStrings } from "./strings.ts";
export { toSummary } from "./summary.ts";
