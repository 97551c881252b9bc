export { isCardPlaceholder } from "./card.ts";
export type { Content } from "./content.ts";
export { readContent } from "./read-content.ts";
