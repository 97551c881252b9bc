import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/program.ts";
import { recordIo } from "../support/cli-io.ts";
import { allPages, ROOT } from "./page.ts";

const pages = allPages();
const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: Record<string, string> };

/** Where each command that the README shows is run, so that none is shown that nobody tries. */
const RUN_BY: Readonly<Record<string, { file: string; saying: string }>> = {
  "npm ci && npm start": { file: "test/e2e/cli-process.test.ts", saying: "start" },
  'npm start -- --once "问个问题"': { file: "test/e2e/cli-process.test.ts", saying: "--once" },
  "npx cardstream init": { file: "test/cli/init/init.test.ts", saying: 'onTerminal(["init"' },
  "npm ci && npm test": { file: ".ci/run", saying: "npm test" },
  "npm test": { file: ".ci/run", saying: "npm test" },
};

/** Command lines of a shell block: joined at `\`, without comments, prompts and variables before the command. */
function commandsOf(code: string): string[] {
  return code
    .replaceAll(/\\\n\s*/gu, "")
    .split("\n")
    .map((line) => line.replace(/(?:^|\s)#\s.*$/u, "").trim())
    .filter((line) => line !== "");
}

/** `cardstream …` calls in a command line, each as the words after it, up to the next pipe or semicolon. */
function callsOf(command: string): string[][] {
  const calls = command.matchAll(/(?:^|[\s|;&(])(?:npx |node |bin\/)?cardstream(?:\.js)? ([a-z-][^|;&>)\n]*)/gu);
  const started = command.matchAll(/\bnpm start(?: -- ([^|;&>)\n]*))?/gu);
  return [
    ...[...calls].map(([, words = ""]) => words.trim().split(/\s+/u)),
    ...[...started].map(([, words = ""]) => ["start", ...words.trim().split(/\s+/u)]),
  ];
}

/** What `cardstream <command> --help` says, or undefined for a command that does not exist. */
async function helpOf(words: readonly string[]): Promise<string | undefined> {
  const io = recordIo();
  const code = await runCli([...words, "--help"], io);
  return code === 0 ? io.stdout() : undefined;
}

const shown = pages.flatMap((page) => [
  ...page.fences
    .filter(({ language }) => /^(?:sh|bash|shell|console)$/u.test(language))
    .flatMap(({ code, line }) => commandsOf(code).map((command) => ({ command, at: `${page.path}:${line}` }))),
  ...page.spans
    .filter(({ code }) => /^(?:npx )?cardstream [a-z]|^npm (?:run|start|test)/u.test(code))
    .map(({ code, line }) => ({ command: code, at: `${page.path}:${line}` })),
]);

describe("commands in the docs", () => {
  it("of the README are each run by a test", () => {
    const readme = shown.filter(({ at }) => /^README(?:\.zh)?\.md:/u.test(at)).map(({ command }) => command);
    expect(readme.length).toBeGreaterThan(2);
    for (const command of readme.filter((line) => !/^npm run [\w:]+$/u.test(line))) {
      const { file, saying } = RUN_BY[command] ?? { file: "", saying: command };
      expect(file, `${command} is not in RUN_BY`).not.toBe("");
      expect(existsSync(join(ROOT, file)) && readFileSync(join(ROOT, file), "utf8")).toContain(saying);
    }
  });

  it("name npm scripts that exist", () => {
    const wrong = shown.filter(({ command }) =>
      [...command.matchAll(/\bnpm run ([\w:-]+)(?![\w:-]| (?:.* )?-w )/gu)].some(
        ([, name = ""]) => scripts[name] === undefined,
      ),
    );
    expect(wrong).toEqual([]);
  });

  it("name commands and options that cardstream has", async () => {
    const wrong: string[] = [];
    let checked = 0;
    for (const { command, at } of shown) {
      for (const words of callsOf(command)) {
        const name = words[0] ?? "";
        const help = await helpOf(name.startsWith("-") || name === "" ? [] : [name]);
        checked += 1;
        if (help === undefined) {
          wrong.push(`${at}: there is no \`cardstream ${name}\``);
          continue;
        }
        for (const word of words) {
          const flag = /^--?[a-z][\w-]*/u.exec(word)?.[0];
          if (flag === undefined || new RegExp(`(?:^|[\\s,])${flag}(?=[\\s,=]|$)`, "mu").test(help)) continue;
          wrong.push(`${at}: \`cardstream ${name}\` has no ${flag}`);
        }
      }
    }
    expect(checked).toBeGreaterThan(5);
    expect(wrong).toEqual([]);
  });

  it("are read with continuations, comments and pipes", () => {
    expect(commandsOf("a \\\n  b   # why\n\n# only a comment\nc")).toEqual(["a b", "c"]);
    expect(callsOf("yes | npx cardstream send --chat oc_1 > x; cardstream doctor")).toEqual([
      ["send", "--chat", "oc_1"],
      ["doctor"],
    ]);
    expect(callsOf("npm start -- --once hi")).toEqual([["start", "--once", "hi"]]);
  });
});
