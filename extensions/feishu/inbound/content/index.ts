export { isCardPlaceholder } from "./card.ts";
export type { Content } from "./content.ts";
export { isUnreadable, readContent } from "./read-content.ts";
