import { languageOfLocale } from "../../plugin-sdk/index.ts";
import type { Language } from "../../plugin-sdk/index.ts";
import { en } from "./en.ts";
import type { CliStrings } from "./strings.ts";
import { zh } from "./zh.ts";

export type { CliStrings } from "./strings.ts";

/** The command line's words by language. */
export const cliStrings: Readonly<Record<Language, CliStrings>> = { en, zh };

/** The language for this run: `--lang` anywhere in the arguments, else the locale the environment names. */
export function chooseLanguage(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Language {
  const at = argv.indexOf("--lang");
  const asked =
    at >= 0 ? argv[at + 1] : argv.find((argument) => argument.startsWith("--lang="))?.slice("--lang=".length);
  if (asked !== undefined && /^(?:zh|en)\b/iu.test(asked)) return languageOfLocale(asked);
  return languageOfLocale(env["LC_ALL"] || env["LC_MESSAGES"] || env["LANG"]);
}
