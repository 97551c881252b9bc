export { openKnownWorld } from "./known-world.ts";
export type { KnownWorld } from "./known-world.ts";
