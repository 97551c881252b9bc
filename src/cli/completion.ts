import type { Command, Option } from "commander";

/** Shells there are scripts for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** One of {@link SHELLS}. */
export type Shell = (typeof SHELLS)[number];

/** What can be completed, as the program defines it. */
interface Grammar {
  readonly name: string;
  readonly commands: readonly CommandGrammar[];
}

interface CommandGrammar {
  readonly name: string;
  readonly about: string;
  readonly options: readonly OptionGrammar[];
  /** Values of the first argument. */
  readonly values: readonly string[];
}

interface OptionGrammar {
  readonly flag: string;
  readonly about: string;
  /** What follows the flag: nothing, a file, a folder, one of some values, or anything. */
  readonly value: "none" | "file" | "folder" | "any" | readonly string[];
}

/** The completion script of a shell for everything that `program` takes. */
export function completion(program: Command, shell: Shell): string {
  const grammar = toGrammar(program);
  if (shell === "bash") return bash(grammar);
  return shell === "zsh" ? zsh(grammar) : fish(grammar);
}

function toGrammar(program: Command): Grammar {
  return {
    name: program.name(),
    commands: program.commands.map((command) => ({
      name: command.name(),
      about: oneLine(command.description()),
      options: [...command.options.map(toOption), { flag: "--help", about: "", value: "none" as const }],
      values: command.registeredArguments[0]?.argChoices ?? [],
    })),
  };
}

function toOption(option: Option): OptionGrammar {
  const value = option.argChoices ?? kindOfValue(option.flags);
  return { flag: option.long ?? option.flags, about: oneLine(option.description), value };
}

function kindOfValue(flags: string): "none" | "file" | "folder" | "any" {
  if (!/[<[]/u.test(flags)) return "none";
  if (/[<[](?:file|path)/u.test(flags)) return "file";
  return /[<[]folder/u.test(flags) ? "folder" : "any";
}

const oneLine = (text: string): string => text.replace(/\s+/gu, " ").trim();

/** In single quotes, for every shell here. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function bash({ name, commands }: Grammar): string {
  const cases = commands.map(({ name, options, values }) => {
    const words = [...values, ...options.map(({ flag }) => flag)].join(" ");
    return `    ${name}) words=${quoted(words)} ;;`;
  });
  const files = flagsWith(commands, "file");
  const folders = flagsWith(commands, "folder");
  const choices = commands.flatMap(({ name, options }) =>
    options.flatMap(({ flag, value }) =>
      Array.isArray(value) ? [`    ${name}:${flag}) words=${quoted(value.join(" "))} ;;`] : [],
    ),
  );
  const anything = flagsWith(commands, "any");
  return `# bash completion of ${name}
_${name}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]} words=
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W ${quoted(commands.map(({ name }) => name).join(" "))} -- "$cur"))
    return
  fi
  case $prev in
    ${files.join("|") || "-"}) COMPREPLY=($(compgen -f -- "$cur")); return ;;
    ${folders.join("|") || "-"}) COMPREPLY=($(compgen -d -- "$cur")); return ;;
  esac
  case $command:$prev in
${choices.join("\n")}
    ${anything.map((flag) => `*:${flag}`).join("|") || "-"}) return ;;
  esac
  if [[ -z $words ]]; then
    case $command in
${cases.map((line) => `  ${line}`).join("\n")}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o filenames -F _${name} ${name}
`;
}

const flagsWith = (commands: readonly CommandGrammar[], value: OptionGrammar["value"]): string[] => [
  ...new Set(
    commands.flatMap(({ options }) => options.filter((option) => option.value === value).map(({ flag }) => flag)),
  ),
];

function zsh({ name, commands }: Grammar): string {
  const describe = commands.map((command) => `    ${quoted(`${command.name}:${command.about}`)}`);
  const cases = commands.map((command) => {
    const specs = command.options.map((option) => `        ${quoted(zshSpec(option))}`);
    if (command.values.length > 0) specs.push(`        ${quoted(`1:: :(${command.values.join(" ")})`)}`);
    return `      ${command.name})\n        _arguments \\\n${specs.join(" \\\n")}\n        ;;`;
  });
  return `#compdef ${name}
# zsh completion of ${name}
_${name}() {
  local -a commands
  commands=(
${describe.join("\n")}
  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
${cases.join("\n")}
  esac
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _${name} "$@"; else compdef _${name} ${name}; fi
`;
}

/** `--flag[about]:value:action`; brackets and colons in the text would end it. */
function zshSpec({ flag, about, value }: OptionGrammar): string {
  const text = about === "" ? "" : `[${about.replace(/[[\]:\\]/gu, (char) => `\\${char}`)}]`;
  if (value === "none") return `${flag}${text}`;
  if (value === "file") return `${flag}${text}:file:_files`;
  if (value === "folder") return `${flag}${text}:folder:_files -/`;
  return value === "any" ? `${flag}${text}:value: ` : `${flag}${text}:value:(${value.join(" ")})`;
}

function fish({ name, commands }: Grammar): string {
  const names = commands.map((command) => command.name).join(" ");
  const lines = [`# fish completion of ${name}`, `complete -c ${name} -f`];
  for (const command of commands) {
    lines.push(
      `complete -c ${name} -n ${quoted(`not __fish_seen_subcommand_from ${names}`)} -a ${command.name} -d ${quoted(command.about)}`,
    );
    const here = `complete -c ${name} -n ${quoted(`__fish_seen_subcommand_from ${command.name}`)}`;
    if (command.values.length > 0) lines.push(`${here} -a ${quoted(command.values.join(" "))}`);
    for (const { flag, about, value } of command.options) {
      const takes = typeof value === "string" ? FISH_VALUE[value] : ` -x -a ${quoted(value.join(" "))}`;
      lines.push(`${here} -l ${flag.replace(/^--/u, "")}${takes}${about === "" ? "" : ` -d ${quoted(about)}`}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

const FISH_VALUE: Readonly<Record<"none" | "file" | "folder" | "any", string>> = {
  none: "",
  file: " -r -F",
  folder: " -x -a '(__fish_complete_directories)'",
  any: " -x",
};
