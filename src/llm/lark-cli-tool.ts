import { execFile } from "node:child_process";
import { z } from "zod";
import { defineTool } from "./tool.ts";
import type { Tool } from "./tool.ts";

/** How the `lark_cli` tool is offered. */
export interface LarkCliToolOptions {
  /**
   * What may be run: the first words of a command, such as `calendar` or `docs +create`. `skills` is always allowed: it reads
   * instructions and changes nothing.
   */
  readonly allow: readonly string[];
  /** @defaultValue `lark-cli` of the PATH */
  readonly command?: string | undefined;
  /** Of the process; only what a program needs to find itself and its settings is handed on. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Variables that are handed on: none of them is a secret of ours. */
const HANDED_ON = [
  "PATH",
  "HOME",
  "USERPROFILE",
  "APPDATA",
  "LANG",
  "LC_ALL",
  "TMPDIR",
  "XDG_CONFIG_HOME",
  "XDG_DATA_HOME",
];
/** Reading instructions changes nothing. */
const ALWAYS = "skills";
const MAX_OUTPUT_BYTES = 400_000;

/**
 * Documents, wiki, Bitable, calendar and tasks by the official `lark-cli`. A command is a list of words that no shell reads, and has to
 * begin with words that are allowed. @see https://github.com/larksuite/cli
 */
export function createLarkCliTool({ allow, command = "lark-cli", env }: LarkCliToolOptions): Tool {
  const prefixes = [...allow, ALWAYS].map((words) => words.trim().split(/\s+/u));
  const own = Object.fromEntries(HANDED_ON.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
  return defineTool({
    name: "lark_cli",
    title: { en: "Feishu", zh: "飞书" },
    description: `Runs the official Feishu/Lark command line lark-cli. Allowed: ${[...allow, ALWAYS].join(", ")}. Read \`skills list\` and \`skills read NAME\` before the first command of an area. Ask the person before anything is changed.`,
    input: z.object({
      args: z
        .array(z.string().max(20_000))
        .min(1)
        .max(100)
        .describe('the words after lark-cli, for example ["calendar", "+agenda"]'),
    }),
    execute({ args }, { signal }) {
      // Global options before the command would make another one of it.
      const isAllowed = prefixes.some((words) => words.every((word, i) => args[i] === word));
      if (!isAllowed)
        throw new TypeError(`not allowed: ${args.slice(0, 2).join(" ")}; allowed: ${[...allow, ALWAYS].join(", ")}`);
      return run(command, args, own, signal);
    },
  });
}

/** Standard output of a program that ends well. @throws Error with what it says when it does not */
function run(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      command,
      args,
      { env, signal, maxBuffer: MAX_OUTPUT_BYTES, windowsHide: true },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else if (error.code === "ENOENT")
          reject(new Error("lark-cli is not installed: npm install --global @larksuite/cli", { cause: error }));
        else reject(new Error(stderr.trim() || stdout.trim() || error.message, { cause: error }));
      },
    ).stdin?.end();
  });
}
