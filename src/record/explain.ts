import { defaultWorld, WORLD_QUESTIONS } from "../emulator/index.ts";
import type { World } from "../emulator/index.ts";
import { compareRecording } from "./compare.ts";
import type { Comparison } from "./compare.ts";
import type { Recording } from "./recording.ts";

/**
 * Which single answers to an open question about Feishu would make a difference go away: `cardTables=3`. Plays the recording
 * once for each answer, so it takes some twenty times as long as the comparison.
 * @returns cause -> answers
 */
export async function explainByWorlds(
  recording: Recording,
  comparison: Comparison,
  world: Partial<World> = {},
): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  if (comparison.differences.length === 0) return found;
  const base = { ...defaultWorld(), ...world };
  for (const name of Object.keys(WORLD_QUESTIONS) as (keyof World)[]) {
    for (const value of WORLD_QUESTIONS[name].values) {
      if (value === base[name]) continue;
      const other = await compareRecording(recording, { world: { ...world, [name]: value } });
      const causes = new Set(other.differences.map((one) => one.cause));
      // An answer that brings differences of its own explains nothing.
      const known = new Set(comparison.differences.map((one) => one.cause));
      if ([...causes].some((cause) => !known.has(cause))) continue;
      for (const { cause } of comparison.differences)
        if (!causes.has(cause)) found.set(cause, [...(found.get(cause) ?? []), `${name}=${value}`]);
    }
  }
  return found;
}
