import { z } from "zod";
import { WORLD_QUESTIONS, defaultWorld } from "./questions.ts";
import type { World, WorldQuestion } from "./world.ts";

const questions: readonly [string, WorldQuestion<string | number | boolean>][] = Object.entries(WORLD_QUESTIONS);
const answers = questions.map(([name, question]): [string, z.ZodType] => [
  name,
  question.anyNumber === true
    ? z.int(`${name}: a whole number from 0 on`).min(0, `${name}: a whole number from 0 on`)
    : z.literal(
        [...question.values],
        `${name}: one of ${question.values.map((value) => JSON.stringify(value)).join(", ")}`,
      ),
]);

/** Answers to some of the questions, as JSON; anything else is refused. */
export const worldSchema: z.ZodType<Partial<World>> = z.strictObject(Object.fromEntries(answers)).partial();

/** `world` with some other answers. @throws TypeError naming what is no question or no answer */
export function worldOf(some: Partial<World> = {}, world: World = defaultWorld()): World {
  const given = Object.fromEntries(Object.entries(some).filter(([, value]) => value !== undefined));
  const result = worldSchema.safeParse(given);
  if (!result.success) throw new TypeError(`world: ${result.error.issues[0]?.message ?? "it is not an object"}`);
  return { ...world, ...result.data };
}

function readWord(name: string, word: string): string | number | boolean {
  if (!Object.hasOwn(WORLD_QUESTIONS, name))
    throw new TypeError(`there is no question ${name}; there are ${Object.keys(WORLD_QUESTIONS).join(", ")}`);
  // The line above made sure of it.
  const { values, anyNumber }: WorldQuestion<string | number | boolean> = WORLD_QUESTIONS[name as keyof World];
  const known = values.find((value) => String(value) === word);
  if (known !== undefined) return known;
  if (anyNumber === true && /^\d+$/u.test(word)) return Number(word);
  throw new TypeError(
    `${name} is ${values.join(", ")}${anyNumber === true ? ", or another whole number" : ""}; not ${word}`,
  );
}

/**
 * Answers from words like `patchEntityMessage=refuse,cardTables=3`.
 * @throws TypeError naming the question or the answer that is unknown, with those that there are
 */
export function parseWorld(text: string): Partial<World> {
  const pairs = text.split(",").filter((pair) => pair.trim() !== "");
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      if (at === -1) throw new TypeError(`a question and its answer are written name=answer; not ${pair.trim()}`);
      const name = pair.slice(0, at).trim();
      return [name, readWord(name, pair.slice(at + 1).trim())];
    }),
  );
}
