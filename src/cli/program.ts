import { Command, CommanderError, Option } from "commander";
import { addGatewayCommand } from "./gateway-command.ts";
import type { CliIo } from "./terminal/io.ts";
import { createPortOption, logOption } from "./settings/options.ts";
import type { StartOptions } from "./start/start.ts";
import { newBotStrings } from "./strings/new-bot.ts";
import { chooseLanguage, cliStrings } from "./strings/index.ts";
import { addRecordCommands } from "./record-commands.ts";
import { withCleanErr } from "./terminal/terminal-io.ts";
import { addToolCommands } from "./tool-commands.ts";
import { usageError } from "./usage-error.ts";
import { readVersion } from "./settings/version.ts";

/** Exit code for wrong arguments or settings; 1 means that the work itself failed. */
const USAGE = 2;

/**
 * Runs one command line and gives its exit code. Commands are loaded when they are used, so that `--help` does not wait for the
 * SDKs.
 */
export async function runCli(argv: readonly string[], given: CliIo): Promise<number> {
  const io = withCleanErr(given);
  const language = chooseLanguage(argv, io.env);
  const strings = cliStrings[language];
  const { help } = strings;
  let code = 0;

  const portOption = (): Option => createPortOption(help.optionPort, language, io);
  const common = (command: Command): Command =>
    command
      .helpOption("-h, --help", help.optionHelp)
      .addOption(new Option("--lang <zh|en>", help.optionLang).choices(["zh", "en"]))
      .configureHelp({
        styleTitle: (title) => help.titles[title] ?? title,
        styleUsage: (usage) => usage.replace("[options]", help.usageOptions).replace("[command]", help.usageCommand),
        optionDescription: ({ description, argChoices }) =>
          argChoices === undefined ? description : `${description} (${argChoices.join(", ")})`,
      })
      // What was wrong is said below, in the person's language.
      .configureOutput({ writeOut: io.out, writeErr: io.err, outputError: () => {} })
      .exitOverride();

  const program = common(new Command("cardstream"))
    .description(help.intro)
    .version(readVersion(), "-V, --version", help.optionVersion)
    .helpCommand("help [command]", help.helpCommand)
    .addHelpText("after", `\n${help.examples}`)
    .showHelpAfterError(false);

  common(program.command("start"))
    .description(help.start)
    .option("--once <text>", help.optionOnce)
    .option("--config <file>", help.optionConfig)
    .addOption(portOption())
    .option("--open", help.optionOpen)
    .option("--verbose", help.optionVerbose)
    .addOption(logOption(language))
    .addHelpText("after", `\n${help.startMore}`)
    .action(async (options: Omit<StartOptions, "language">) => {
      const { start } = await import("./start/start.ts");
      code = await start({ ...options, language }, io);
    });

  common(program.command("emulator"))
    .description(help.emulator)
    .addOption(portOption())
    .option("--json", help.optionJson)
    .option("--tls", help.optionTls)
    .option("--state <file>", help.optionState)
    .option("--world <answers>", help.optionWorld)
    .action(async (options: { port?: number; json?: boolean; tls?: boolean; state?: string; world?: string }) => {
      const { emulator } = await import("./emulator/emulator.ts");
      code = await emulator({ ...options, language }, io);
    });

  common(program.command("new"))
    .description(newBotStrings[language].about)
    .argument("<folder>", newBotStrings[language].argument)
    .action(async (folder: string) => {
      const { newBot } = await import("./init/new-bot.ts");
      code = newBot({ folder, language }, io);
    });

  // The list of providers is the only part of the help that is not a constant; nobody else waits for it.
  const presets = argv.includes("models") ? (await import("../llm/index.ts")).providerPresets : [];
  common(program.command("models"))
    .description(help.models)
    .addHelpText("after", () => `\n${help.modelsMore(presets)}`)
    .argument("[model]", help.argumentModel)
    .option("--config <file>", help.optionConfig)
    .option("--record <file>", help.optionRecordAnswer)
    .action(async (model: string | undefined, options: { config?: string; record?: string }) => {
      const { models } = await import("./models/models.ts");
      code = await models({ ...options, model, language }, io);
    });

  common(program.command("version"))
    .description(help.versionCommand)
    .action(() =>
      io.out(`cardstream ${readVersion()}, Node.js ${process.versions.node}, ${process.platform} ${process.arch}\n`),
    );

  const done = (given: number): void => {
    code = given;
  };
  addGatewayCommand({ program, common, language, io, done });
  addRecordCommands({ program, common, language, io, done });
  addToolCommands({ program, common, language, io, done });

  try {
    if (argv.length === 0) {
      program.outputHelp();
      return 0;
    }
    // Commander's own answer to the help of a command that does not exist is all of the help, without a word why.
    const unknown = argv[0] === "help" ? unknownCommand(program, argv[1]) : undefined;
    await program.parseAsync(unknown === undefined ? [...argv] : [unknown], { from: "user" });
    return code;
  } catch (error) {
    // Help and version end by such an error too, with exit code 0.
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      const named = program.commands.find((command) => command.name() === argv[0]);
      io.err(usageError(error, ["cardstream", ...(named === undefined ? [] : [named.name()])].join(" "), language));
      return USAGE;
    }
    io.err(`${strings.errors.unexpected} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return 1;
  }
}

/** The name when no command has it. */
function unknownCommand(program: Command, name = "help"): string | undefined {
  const isKnown = name === "help" || name.startsWith("-") || program.commands.some((one) => one.name() === name);
  return isKnown ? undefined : name;
}
