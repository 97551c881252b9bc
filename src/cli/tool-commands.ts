import { Argument, InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import type { Language } from "../plugin-sdk/index.ts";
import { thinkTagModes } from "../provider-wire/index.ts";
import { completion, SHELLS } from "./completion.ts";
import type { Shell } from "./completion.ts";
import type { CliIo } from "./terminal/io.ts";
import type { DoctorOptions } from "./check/doctor.ts";
import type { InitOptions } from "./init/init.ts";
import type { SendOptions } from "./send/send.ts";
import type { StatusOptions } from "./check/status.ts";
import { doctorStrings } from "./strings/doctor.ts";
import type { McpCommandOptions } from "./serve/mcp.ts";
import { logOption, portParser } from "./settings/options.ts";
import { initStrings } from "./strings/init.ts";
import { mcpStrings } from "./strings/mcp.ts";
import { statusStrings } from "./strings/status.ts";
import { sendStrings } from "./strings/send.ts";
import { toolHelp } from "./strings/tool-help.ts";

/** What a group of commands is added with. */
export interface CommandContext {
  readonly program: Command;
  /** Gives a command what all commands have. */
  readonly common: (command: Command) => Command;
  readonly language: Language;
  readonly io: CliIo;
  /** Takes the exit code. */
  readonly done: (code: number) => void;
}

/** Options as commander hands them over; the language is added. */
type Raw<T> = Omit<T, "language">;

/** Adds the commands that work without a bot running. Each is loaded when it is used. */
export function addToolCommands({ program, common, language, io, done }: CommandContext): void {
  const help = toolHelp[language];
  const onAccount = (command: Command): Command =>
    command.option("--config <file>", help.config).option("--account <id>", help.account);
  const count = (value: string): number => {
    if (!/^[1-9]\d{0,8}$/u.test(value)) throw new InvalidArgumentError(sendStrings[language].badMaxChars);
    return Number(value);
  };

  onAccount(common(program.command("send")))
    .description(help.send.about)
    .option("--chat <id>", help.send.chat)
    .option("--user <id>", help.send.user)
    .option("--reply <id>", help.send.reply)
    .option("--title <text>", help.send.title)
    .option("--text <text>", help.send.text)
    .option("--file <path>", help.send.file)
    .option("--image <path>", help.send.image)
    .option("--card <path>", help.send.card)
    .option("--code [language]", help.send.code)
    .option("--encoding <name>", help.send.encoding)
    .addOption(new Option("--think-tags <mode>", sendStrings[language].thinkTags).choices(thinkTagModes))
    .option("--max-chars <number>", help.send.maxChars, count)
    .option("--quiet", help.send.quiet)
    .option("--json", help.send.json)
    .option("--verbose", help.verbose)
    .addOption(logOption(language))
    .addHelpText("after", `\n${help.send.more}`)
    .action(async (options: Raw<SendOptions>) => {
      const { send } = await import("./send/send.ts");
      done(await send({ ...options, language }, io));
    });

  onAccount(common(program.command("chats")))
    .description(help.chats.about)
    .option("--json", help.chats.json)
    .action(async (options: { json?: boolean; config?: string; account?: string }) => {
      const { chats } = await import("./send/chats.ts");
      done(await chats({ ...options, language }, io));
    });

  const statusHelp = statusStrings[language].help;
  onAccount(common(program.command("status")))
    .description(statusHelp.about)
    .option("--watch", statusHelp.watch)
    .option("--json", statusHelp.json)
    .addHelpText("after", `\n${statusHelp.more}`)
    .action(async (options: Raw<StatusOptions>) => {
      const { status } = await import("./check/status.ts");
      done(await status({ ...options, language }, io));
    });

  const words = mcpStrings[language];
  const seconds = (value: string): number => {
    if (!/^[1-9]\d{0,6}$/u.test(value)) throw new InvalidArgumentError(words.badIdle);
    return Number(value);
  };
  onAccount(common(program.command("mcp")))
    .description(words.help.about)
    .option("--http [port]", words.help.http, portParser(language))
    .option("--allow <id...>", words.help.allow)
    .option("--dry-run", words.help.dryRun)
    .option("--files <folder>", words.help.files)
    .option("--idle <seconds>", words.help.idle, seconds)
    .option("--verbose", help.verbose)
    .addOption(logOption(language))
    .addHelpText("after", `\n${words.help.more}`)
    .action(async (options: Raw<McpCommandOptions>) => {
      const { mcp } = await import("./serve/mcp.ts");
      done(await mcp({ ...options, language }, io));
    });

  const { help: initHelp } = initStrings[language];
  common(program.command("init"))
    .description(initHelp.about)
    .option("--app <id>", initHelp.app)
    .option("--domain <name>", initHelp.domain)
    .option("--name <text>", initHelp.name)
    .option("--print", initHelp.print)
    .option("--config <file>", initHelp.config)
    .option("--no-model", initHelp.noModel)
    .option("--no-doctor", initHelp.noDoctor)
    .option("--scopes", initHelp.scopes)
    .option("--proxy <url>", initHelp.proxy)
    .addHelpText("after", `\n${initHelp.more}`)
    .action(async (options: Raw<InitOptions>) => {
      const { init } = await import("./init/init.ts");
      done(await init({ ...options, language }, io));
    });

  const doctorHelp = doctorStrings[language].help;
  onAccount(common(program.command("doctor")))
    .description(doctorHelp.about)
    .option("--chat <id>", doctorHelp.chat)
    .option("--no-model", doctorHelp.noModel)
    .option("--json", help.json)
    .addHelpText("after", `\n${doctorHelp.more}`)
    .action(async (options: Raw<DoctorOptions>) => {
      const { doctor } = await import("./check/doctor.ts");
      done(await doctor({ ...options, language }, io));
    });

  common(program.command("explain"))
    .description(help.explain.about)
    .argument("<code...>", help.explain.code)
    .option("--json", help.json)
    .addHelpText("after", `\n${help.explain.more}`)
    .action(async (words: string[], options: { json?: boolean }) => {
      const { explain } = await import("./check/explain.ts");
      done(explain({ ...options, words, language }, io));
    });

  common(program.command("completion"))
    .description(help.completion.about)
    .addArgument(new Argument("<shell>", help.completion.shell).choices(SHELLS))
    .addHelpText("after", `\n${help.completion.more}`)
    .action((shell: Shell) => {
      io.out(completion(program, shell));
    });
}
