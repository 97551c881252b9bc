import type { CommanderError } from "commander";
import type { Language } from "../plugin-sdk/index.ts";

/** What was wrong with a command line, by commander's code for it; `parts` are the quoted parts of commander's own sentence. */
type Sentence = (parts: readonly string[]) => string;

const SENTENCES: Readonly<Record<Language, Readonly<Record<string, Sentence>>>> = {
  en: {
    "commander.unknownCommand": ([name]) => `There is no command ${name}.`,
    "commander.unknownOption": ([name]) => `There is no option ${name}.`,
    "commander.missingArgument": ([name]) => `<${name}> is missing.`,
    "commander.optionMissingArgument": ([flags]) => `${flags}: the value is missing.`,
    "commander.excessArguments": () => "There are too many arguments.",
  },
  zh: {
    "commander.unknownCommand": ([name]) => `没有名为 ${name} 的命令。`,
    "commander.unknownOption": ([name]) => `没有 ${name} 这个选项。`,
    "commander.missingArgument": ([name]) => `缺少 <${name}>。`,
    "commander.optionMissingArgument": ([flags]) => `${flags}：缺少取值。`,
    "commander.excessArguments": () => "参数过多。",
  },
};
const WORDS = {
  en: {
    invalid: (what: string, value: string) => `${what}: ${value} cannot be used.`,
    choices: (choices: string) => `It takes one of: ${choices}`,
    meant: (names: string) => `Did you mean ${names}?`,
    help: (command: string) => `See: ${command} --help`,
  },
  zh: {
    invalid: (what: string, value: string) => `${what}：不能使用 ${value}。`,
    choices: (choices: string) => `可选值：${choices}`,
    meant: (names: string) => `你是想用 ${names} 吗？`,
    help: (command: string) => `用法：${command} --help`,
  },
} as const;

/**
 * Commander's complaint in the person's language, with what was probably meant and where to read on. Its own sentence is taken apart:
 * nothing else says which option or command it was.
 */
export function usageError(error: CommanderError, command: string, language: Language): string {
  const words = WORDS[language];
  const [sentence = "", hint = ""] = error.message.replace(/^error: /u, "").split("\n(Did you mean ");
  const parts = [...sentence.matchAll(/'([^']*)'/gu)].map((match) => match[1] ?? "");
  const known = SENTENCES[language][error.code]?.(parts);
  const lines = [known ?? invalidValue(sentence, parts, language)];
  const meant = hint.replace(/^one of /u, "").replace(/\?\)$/u, "");
  if (meant !== "") lines.push(`    → ${words.meant(meant)}`);
  lines.push(`    → ${words.help(command)}`);
  return `${lines.join("\n")}\n`;
}

/** A value that was refused: by commander's own list of choices, or by us in words that are in the person's language already. */
function invalidValue(sentence: string, [what = "", value = ""]: readonly string[], language: Language): string {
  const words = WORDS[language];
  const reason = / is invalid(?: for argument '[^']*')?\. ?(?<reason>.*)$/u.exec(sentence)?.groups?.["reason"];
  if (reason === undefined) return sentence;
  const choices = /^Allowed choices are (?<choices>.*?)\.?$/u.exec(reason)?.groups?.["choices"];
  // Of an argument commander names the value first.
  const [name, given] = sentence.startsWith("command-argument") ? [`<${value}>`, what] : [what, value];
  if (choices === undefined) return reason;
  return `${words.invalid(name, given)} ${words.choices(choices)}`;
}
