import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseWorld } from "../../emulator/index.ts";
import type { World } from "../../emulator/index.ts";
import { parseWorldFile } from "../../probe/index.ts";

/**
 * The answers that `--world` names: `name=answer,name=answer`, or a file of `cardstream probe`.
 * @throws TypeError for an unknown question or answer, WorldFileError, and what reading the file throws
 */
export function readWorld(option: string | undefined, cwd: string): Partial<World> {
  if (option === undefined) return {};
  return option.includes("=") ? parseWorld(option) : parseWorldFile(readFileSync(resolve(cwd, option), "utf8")).answers;
}

/** Is it an error whose message says what is wrong with what somebody gave? */
export function isWorldProblem(error: unknown): error is Error {
  return (
    error instanceof Error && (error instanceof TypeError || error.name === "WorldFileError" || "syscall" in error)
  );
}
