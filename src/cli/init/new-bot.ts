import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { Language } from "../../plugin-sdk/index.ts";
import type { CliIo } from "../terminal/io.ts";
import { newBotStrings } from "../strings/new-bot.ts";
import { readVersion } from "../settings/version.ts";

/** Options of `cardstream new`. */
export interface NewBotOptions {
  readonly language: Language;
  readonly folder: string;
}

/** The bot that is written: an example of this repository, by the names of the package. */
const TEMPLATE = new URL("../../../examples/new-bot/", import.meta.url);
/** Where each of its files goes. */
const FILES = { "bot.ts": "bot.ts", "main.ts": "main.ts", "dev.ts": "dev.ts", "bot.node-test.ts": "bot.test.ts" };
/** @see https://docs.npmjs.com/cli/configuring-npm/package-json#name */
const NAME = /^[a-z\d][a-z\d._-]{0,213}$/u;

/** `cardstream new`: writes a bot to begin from. Exit code 2 when the folder or its name cannot be used; then nothing is written. */
export function newBot({ language, folder }: NewBotOptions, io: CliIo): number {
  const strings = newBotStrings[language];
  const target = resolve(io.cwd, folder);
  const name = basename(target);
  const refuse = (words: string): number => {
    io.err(`${words}\n`);
    return 2;
  };
  if (!NAME.test(name)) return refuse(strings.badName(name));
  try {
    mkdirSync(target, { recursive: true });
    if (readdirSync(target).length > 0) return refuse(strings.notEmpty(folder));
    for (const [from, to] of Object.entries(FILES))
      writeFileSync(join(target, to), asUserWrites(readFileSync(new URL(from, TEMPLATE), "utf8")));
    writeFileSync(join(target, "package.json"), `${JSON.stringify(packageOf(name), null, 2)}\n`);
    writeFileSync(join(target, "tsconfig.json"), `${JSON.stringify(TSCONFIG, null, 2)}\n`);
    writeFileSync(join(target, "README.md"), strings.readme(name));
    writeFileSync(join(target, ".gitignore"), "node_modules\n.env\n");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return refuse(strings.unwritable(folder, code ?? message));
  }
  io.out(strings.done(folder));
  return 0;
}

/** What Node runs as it stands, checked as it runs it. */
const TSCONFIG = {
  compilerOptions: {
    target: "es2024",
    module: "nodenext",
    types: ["node"],
    strict: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    erasableSyntaxOnly: true,
    noEmit: true,
  },
};

/** With the package's names for this repository's folders. */
const asUserWrites = (text: string): string =>
  text
    .replaceAll('"../../extensions/feishu/index.ts"', '"cardstream/feishu"')
    .replaceAll('"../../src/emulator/index.ts"', '"cardstream/emulator"');

const packageOf = (name: string): object => ({
  name,
  private: true,
  type: "module",
  scripts: {
    dev: "node dev.ts",
    start: "node --env-file-if-exists=.env main.ts",
    test: "node --test",
    types: "tsc",
  },
  dependencies: { cardstream: `^${readVersion()}` },
  devDependencies: { "@types/node": "^24.0.0", typescript: "^7.0.0" },
  engines: { node: ">=22.19" },
});
