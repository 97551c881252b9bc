export { WORLD_QUESTIONS, defaultWorld } from "./questions.ts";
export { parseWorld, worldOf, worldSchema } from "./read.ts";
export type { World, WorldQuestion } from "./world.ts";
