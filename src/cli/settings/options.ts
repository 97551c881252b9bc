import { InvalidArgumentError, Option } from "commander";
import type { Language } from "../../plugin-sdk/index.ts";
import type { CliIo } from "../terminal/io.ts";
import { cliStrings } from "../strings/index.ts";

/** Reads a port, 0 to 65,535. @throws InvalidArgumentError in the person's language */
export const portParser =
  (language: Language) =>
  (value: string): number => {
    if (!/^\d{1,5}$/u.test(value) || Number(value) > 65_535)
      throw new InvalidArgumentError(cliStrings[language].errors.badPort);
    return Number(value);
  };

/** `--port`, or PORT of the environment, as platforms that run containers set it. */
export function createPortOption(description: string, language: Language, io: CliIo): Option {
  return new Option("--port <number>", description).argParser(portParser(language)).default(portOf(io.env), "PORT");
}

/** PORT of the environment; undefined when it is not set, or cannot be a port and so belongs to somebody else. */
export function portOf({ PORT: given }: CliIo["env"]): number | undefined {
  return given !== undefined && /^\d{1,5}$/u.test(given) && Number(given) <= 65_535 ? Number(given) : undefined;
}

/** `--log text|json`. */
export const logOption = (language: Language): Option =>
  new Option("--log <format>", cliStrings[language].help.optionLog).choices(["text", "json"]);
