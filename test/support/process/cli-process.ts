import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import { childEnv } from "./child-env.ts";

const ROOT = join(import.meta.dirname, "../../..");

/** A running `cardstream` command. */
export interface CliProcess {
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Resolves when the output so far matches; rejects when the process ends without it. */
  until(pattern: RegExp): Promise<void>;
  /** Exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
}

/** Runs the command line in a process of its own, with nothing of this process's environment but the PATH. */
export function startCli(
  args: readonly string[],
  options: { env?: Record<string, string>; cwd?: string; stdin?: "ignore" | "pipe" } = {},
): CliProcess {
  return startScript("src/cli/main.ts", args, options);
}

/** The same for any script of the project. */
export function startScript(
  script: string,
  args: readonly string[],
  options: { env?: Record<string, string>; cwd?: string; stdin?: "ignore" | "pipe" } = {},
): CliProcess {
  const child = spawn(process.execPath, [join(ROOT, script), ...args], {
    cwd: options.cwd ?? ROOT,
    env: childEnv(options.env),
    stdio: [options.stdin ?? "ignore", "pipe", "pipe"],
  });
  // A test that fails half-way must not leave a bot behind.
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("close", () => process.off("exit", kill));
  let out = "";
  let err = "";
  const watchers = new Set<() => void>();
  const grow = (): void => watchers.forEach((check) => check());
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    out += text;
    grow();
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    err += text;
    grow();
  });
  const ended = new Promise<number | string>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(code ?? signal ?? "gone"));
  });
  return {
    child,
    stdout: () => out,
    stderr: () => err,
    ended,
    until(pattern) {
      return new Promise((resolve, reject) => {
        const check = (): void => {
          if (!pattern.test(out + err)) return;
          watchers.delete(check);
          resolve();
        };
        watchers.add(check);
        void ended.then((code) => reject(new Error(`ended with ${code} before ${pattern}: ${out}${err}`)));
        check();
      });
    },
  };
}
