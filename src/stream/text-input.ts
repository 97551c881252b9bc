declare const deltaBrand: unique symbol;
declare const snapshotBrand: unique symbol;

/** Text to be added to what came before. Never inspected to guess whether it might be something else. */
export type Delta = string & { readonly [deltaBrand]: true };

/** The whole text so far. Never appended to anything. */
export type Snapshot = string & { readonly [snapshotBrand]: true };

/** Marks `text` as an addition: `toDelta("ha")` twice means "haha". */
export const toDelta = (text: string): Delta => text as Delta;

/** Marks `text` as the whole text so far: `toSnapshot("ha")` twice means "ha". */
export const toSnapshot = (text: string): Snapshot => text as Snapshot;
