import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { addGatewayCommand } from "./gateway-command.ts";
import type { CliIo } from "./io.ts";
import { chooseLanguage, cliStrings } from "./strings/index.ts";
import { addToolCommands } from "./tool-commands.ts";
import { readVersion } from "./version.ts";

/** Exit code for wrong arguments or settings; 1 means that the work itself failed. */
const USAGE = 2;

/**
 * Runs one command line and gives its exit code. Commands are loaded when they are used, so that `--help` does not wait for the
 * SDKs.
 */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  const language = chooseLanguage(argv, io.env);
  const strings = cliStrings[language];
  const { help } = strings;
  let code = 0;

  const port = (value: string): number => {
    const number = Number(value);
    if (!/^\d+$/u.test(value) || number > 65_535) throw new InvalidArgumentError(strings.errors.badPort);
    return number;
  };
  const common = (command: Command): Command =>
    command
      .helpOption("-h, --help", help.optionHelp)
      .addOption(new Option("--lang <zh|en>", help.optionLang).choices(["zh", "en"]))
      .configureHelp({ styleTitle: (title) => help.titles[title] ?? title })
      .configureOutput({ writeOut: io.out, writeErr: io.err })
      .exitOverride();

  const program = common(new Command("cardstream"))
    .description(help.intro)
    .version(readVersion(), "-V, --version", help.optionVersion)
    .helpCommand(false)
    .addHelpText("after", `\n${help.examples}`)
    .showHelpAfterError(false);

  common(program.command("start"))
    .description(help.start)
    .option("--once <text>", help.optionOnce)
    .option("--config <file>", help.optionConfig)
    .option("--port <number>", help.optionPort, port)
    .option("--open", help.optionOpen)
    .option("--verbose", help.optionVerbose)
    .addHelpText("after", `\n${help.startMore}`)
    .action(async (options: { once?: string; config?: string; port?: number; open?: boolean; verbose?: boolean }) => {
      const { start } = await import("./start.ts");
      code = await start({ ...options, language }, io);
    });

  common(program.command("emulator"))
    .description(help.emulator)
    .option("--port <number>", help.optionPort, port)
    .option("--json", help.optionJson)
    .option("--tls", help.optionTls)
    .option("--state <file>", help.optionState)
    .action(async (options: { port?: number; json?: boolean; tls?: boolean; state?: string }) => {
      const { emulator } = await import("./emulator.ts");
      code = await emulator({ ...options, language }, io);
    });

  // The list of providers is the only part of the help that is not a constant; nobody else waits for it.
  const presets = argv.includes("models") ? (await import("../llm/index.ts")).providerPresets : [];
  common(program.command("models"))
    .description(help.models)
    .addHelpText("after", () => `\n${help.modelsMore(presets)}`)
    .argument("[model]", help.argumentModel)
    .option("--config <file>", help.optionConfig)
    .action(async (model: string | undefined, options: { config?: string }) => {
      const { models } = await import("./models.ts");
      code = await models({ ...options, model, language }, io);
    });

  const done = (given: number): void => {
    code = given;
  };
  addGatewayCommand({ program, common, language, io, done });
  addToolCommands({ program, common, language, io, done });

  try {
    if (argv.length === 0) {
      program.outputHelp();
      return 0;
    }
    await program.parseAsync([...argv], { from: "user" });
    return code;
  } catch (error) {
    // Help and version end by such an error too, with exit code 0; what was wrong has been printed already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
    io.err(`${strings.errors.unexpected} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return 1;
  }
}
