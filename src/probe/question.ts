import type { World } from "../emulator/index.ts";
import type { Lab } from "./lab.ts";

/** A question about Feishu that calls can answer. */
export interface ProbeQuestion<K extends keyof World = keyof World> {
  readonly name: K;
  /** Calls that it takes at most, with those that take its messages back. */
  readonly calls: number;
  /** Takes minutes, or many calls: asked only when it is named. */
  readonly onlyWhenNamed?: true;
  /** `undefined`: what was seen fits none of the answers. */
  readonly ask: (lab: Lab) => Promise<World[K] | undefined>;
}

/** A question that only a person in the chat can answer. */
export interface EyesQuestion {
  readonly name: string;
  readonly calls: number;
  /** Does what is to be watched. The person is told before, and asked after. */
  readonly show: (lab: Lab) => Promise<void>;
}

/** A question with its own type of answer. */
export function question<K extends keyof World>(
  name: K,
  calls: number,
  ask: (lab: Lab) => Promise<World[K] | undefined>,
): ProbeQuestion<K> {
  return { name, calls, ask };
}

/** The listed value that a measured time means: the times of calls are not exact. */
export function nearestDelay(measuredMs: number, refusals: number, listed: readonly number[]): number {
  if (refusals === 0) return 0;
  const tolerance = Math.max(250, measuredMs * 0.15);
  const near = listed.filter((value) => value > 0 && Math.abs(value - measuredMs) <= tolerance);
  return (
    near.toSorted((a, b) => Math.abs(a - measuredMs) - Math.abs(b - measuredMs))[0] ?? Math.ceil(measuredMs / 100) * 100
  );
}
