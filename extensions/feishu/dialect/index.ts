export { isWebAddress } from "./address.ts";
export type { Ending } from "./card-dialect.ts";
export { toCardMarkdown } from "./card-dialect.ts";
export { inLines } from "./lines.ts";
export { firstImageEnd, withoutTargets } from "./images.ts";
export { toPlainText } from "./plain-text.ts";
export { needsCard, toPostMarkdown } from "./post.ts";
export { ReplyDialect } from "./reply-dialect.ts";
export { inertText } from "./tags.ts";
