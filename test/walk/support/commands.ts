import { spawnSync } from "node:child_process";

/**
 * The commands of a shell block, one after the other as a reader would paste them: a loop or a line that goes on is one. Comments at
 * the end stay, the shell knows them.
 */
export function splitCommands(code: string): string[] {
  const commands: string[] = [];
  let lines: string[] = [];
  for (const line of code.split("\n")) {
    lines.push(line);
    const text = lines.join("\n");
    // `<CODE>` stands for a word.
    const readable = text.replaceAll(/<[A-Z]+>/gu, "word");
    if (line.endsWith("\\") || spawnSync("bash", ["-n", "-c", readable]).status !== 0) continue;
    if (text.trim() !== "") commands.push(text);
    lines = [];
  }
  if (lines.length > 0) throw new Error(`the block ends in the middle of a command: ${lines.join("\n")}`);
  return commands;
}
