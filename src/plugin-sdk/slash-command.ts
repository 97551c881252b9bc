/** What somebody tells a bot itself. */
export interface SlashCommand {
  /** In small letters: `weather` of `/Weather Paris`. */
  readonly name: string;
  /** What follows the name, without blanks around it; empty when nothing does. */
  readonly args: string;
}

/** `/weather Paris`, also with a full-width slash. */
const COMMAND = /^[/／](?<name>[^\s/／]+)(?:\s+(?<args>\S[\s\S]*))?$/u;
const NAME = /^[^\s/／]+$/u;

/** Reads a command; undefined for everything else, such as `/etc/hosts?`. Whether there is such a command is for the caller to say. */
export function readSlashCommand(text: string): SlashCommand | undefined {
  const groups = COMMAND.exec(text.trim())?.groups;
  const name = groups?.["name"]?.toLowerCase();
  return name === undefined ? undefined : { name, args: groups?.["args"] ?? "" };
}

/** Whether anybody could write a command of this name. */
export const isCommandName = (name: string): boolean => NAME.test(name);
