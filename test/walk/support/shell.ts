import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What became of a command. */
export interface Ran {
  readonly code: number;
  readonly output: string;
}

/** One shell of a reader, in which commands follow each other and see what earlier ones exported. */
export interface Shell {
  /** Runs a command to its end. @throws when it takes longer than `withinMs` */
  run(command: string, withinMs: number): Promise<Ran>;
  /** Runs a command that does not end by itself, and waits until it has said something; gives what it said. */
  until(command: string, pattern: RegExp, withinMs: number): Promise<string>;
  /** Ends what `until` started, as Ctrl-C would, before the next command. */
  interrupt(): void;
  /** Ends it and everything it started. */
  close(): Promise<void>;
}

export function openShell(cwd: string, env: Readonly<Record<string, string>>): Shell {
  // A process group of its own, so that all of it can be ended.
  const child = spawn("bash", ["--norc", "--noprofile"], { cwd, env: { ...env }, detached: true });
  const kill = (): void => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, "SIGKILL");
  };
  process.once("exit", kill);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let count = 0;
  const poll = async <T>(withinMs: number, what: string, look: () => T | undefined): Promise<T> => {
    const startedAt = performance.now();
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (performance.now() - startedAt > withinMs) throw new Error(`${what}: not within ${withinMs} ms:\n${output}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  return {
    run(command, withinMs) {
      const mark = `__end_of_${count++}__`;
      const from = output.length;
      // What reads standard input must not read the next command.
      child.stdin.write(`{ ${command}\n} </dev/null 2>&1\necho "${mark} $?"\n`);
      return poll(withinMs, command, () => {
        const end = new RegExp(`${mark} (\\d+)\\n`, "u").exec(output);
        return end === null ? undefined : { code: Number(end[1]), output: output.slice(from, end.index) };
      });
    },
    until(command, pattern, withinMs) {
      const file = join(cwd, `output-${count++}.log`);
      child.stdin.write(`{ ${command}\n} </dev/null >"${file}" 2>&1 &\n`);
      return poll(withinMs, command, () => {
        const said = readIfThere(file);
        output += pattern.test(said) ? said : "";
        return pattern.test(said) ? said : undefined;
      });
    },
    interrupt: () => void child.stdin.write("for job in $(jobs -p); do pkill -TERM -P $job; done; wait\n"),
    async close() {
      process.off("exit", kill);
      kill();
      await ended;
    },
  };
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
