/** What an event means for the life of its stream; a sum of the flags below. Numbers, for this runs once for every event. */
export type Verdict = number;

/** Says nothing: a ping, an empty delta. */
export const EMPTY = 0;
/** Carries something a reader would miss. */
export const CONTENT = 1;
/** The provider says that the answer is complete; something small (usage) may still follow. */
export const TERMINAL = 2;
/** Nothing follows. */
export const CLOSER = 4;
/** Late figures that end the wait after a terminal event. */
export const USAGE = 8;
/** The terminal mark came with the first text, where proxies are known to stamp it on everything: wait longer. */
export const SUSPECT = 16;
/** Not an event of the protocol at all; clients would stumble over it. */
export const FOREIGN = 32;
