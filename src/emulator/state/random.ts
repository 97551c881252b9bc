/** A source of numbers in [0, 1). */
export type Random = () => number;

/** A source of numbers whose place in its sequence can be kept and found again. */
export interface Randomness {
  readonly next: Random;
  position(): number;
  moveTo(position: number): void;
}

/** Mulberry32: small, fast and the same on every machine, so that a seed names a whole run. */
export function createRandomness(seed: number): Randomness {
  let state = seed >>> 0;
  return {
    next() {
      state = (state + 0x6d2b79f5) >>> 0;
      let t = state;
      t = Math.imul(t ^ (t >>> 15), t | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
    },
    position: () => state,
    moveTo(position) {
      state = position >>> 0;
    },
  };
}
