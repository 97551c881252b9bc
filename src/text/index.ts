export { isGraphemeBoundary, lastClusterStart, safeCut, utf8Length } from "./graphemes.ts";
export { NO_CARRY } from "./carry.ts";
export type { Carry } from "./carry.ts";
export { findSeam, planCard, seamAt } from "./seam.ts";
export type { SeamLimits } from "./card-plan.ts";
export { countTables, findBlockEnd } from "./structure.ts";
export { breaksIn } from "./breaks.ts";
export type { TextBreak } from "./breaks.ts";
