export { isGraphemeBoundary, lastClusterStart, safeCut, utf8Length } from "./graphemes.ts";
export { NO_CARRY } from "./carry.ts";
export type { Carry } from "./carry.ts";
export { findSeam, planCard, seamAt, shownLimit } from "./seam.ts";
export type { CardPlan, Seam, SeamLimits } from "./card-plan.ts";
export type { SeamOptions } from "./seam.ts";
export { countTables, findBlockEnd } from "./structure.ts";
export { breaksIn } from "./breaks.ts";
export type { TextBreak } from "./breaks.ts";
