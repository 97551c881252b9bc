/** Gives numbers from 0 (inclusive) to 1 (exclusive). */
export type Random = () => number;

/** A small seeded random source (mulberry32): the same seed gives the same numbers everywhere. Not for secrets. */
export function createSeededRandom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
