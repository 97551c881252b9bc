import { resolve } from "node:path";
import type { World } from "../../emulator/index.ts";
import type { Language } from "../../plugin-sdk/index.ts";
import { compareRecording, explainByWorlds, readRecording, RecordingError } from "../../record/index.ts";
import type { Comparison, NotCompared, Recording } from "../../record/index.ts";
import type { CliIo } from "../terminal/io.ts";
import { isWorldProblem, readWorld } from "../emulator/read-world.ts";
import { recordStrings } from "../strings/record.ts";
import { printableLines } from "../terminal/terminal-text.ts";

/** Options of `cardstream compare`. */
export interface CompareCommandOptions {
  readonly language: Language;
  readonly file: string;
  readonly world?: string | undefined;
  readonly json?: boolean | undefined;
}

/** `cardstream compare`: exit code 0 without differences, 1 with some, 2 when the recording cannot be read. */
export async function compare(options: CompareCommandOptions, io: CliIo): Promise<number> {
  const words = recordStrings[options.language].compare;
  let recording: Recording;
  let world: Partial<World>;
  try {
    world = readWorld(options.world, io.cwd);
    recording = await readRecording(resolve(io.cwd, options.file));
  } catch (error) {
    if (!(error instanceof RecordingError) && !isWorldProblem(error)) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    io.err(`${words.unreadable(options.file, code ?? message)}\n`);
    return 2;
  }
  const comparison = await compareRecording(recording, { world });
  const explained = await explainByWorlds(recording, comparison, world);
  if (options.json === true) {
    const differences = comparison.differences.map((one) => ({ ...one, worlds: explained.get(one.cause) ?? [] }));
    io.out(`${JSON.stringify({ ...comparison, differences })}\n`);
  } else {
    io.out(printableLines(print(comparison, explained, words)));
  }
  return comparison.differences.length === 0 ? 0 : 1;
}

function print(
  { compared, differences, left }: Comparison,
  explained: ReadonlyMap<string, readonly string[]>,
  words: (typeof recordStrings)["en"]["compare"],
): string {
  const lines = [words.summary(compared, differences.length)];
  for (const [why, count] of Object.entries(left)) {
    // The keys of the record are those of its type.
    if (count > 0) lines.push(words.left(count, words.reasons[why as NotCompared]));
  }
  if (differences.length === 0) lines.push("", words.same);
  for (const one of differences) {
    lines.push("", `${one.count} × ${one.cause}`);
    if (one.belief !== "") lines.push(words.belief(one.belief));
    const worlds = explained.get(one.cause) ?? [];
    if (worlds.length > 0) lines.push(words.explained(worlds.join(" · ")));
    lines.push(words.examples(one.examples.join(", ")));
  }
  return `${lines.join("\n")}\n`;
}
