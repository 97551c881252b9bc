import { InvalidArgumentError } from "commander";
import type { ProbeCommandOptions } from "./record/probe.ts";
import type { RecordOptions } from "./record/record.ts";
import { cliStrings } from "./strings/index.ts";
import { probeStrings } from "./strings/probe.ts";
import { recordStrings } from "./strings/record.ts";
import { toolHelp } from "./strings/tool-help.ts";
import type { CommandContext } from "./tool-commands.ts";

/** Adds the commands that learn what Feishu does; what they need is loaded when it is used. */
export function addRecordCommands({ program, common, language, io, done }: CommandContext): void {
  const words = recordStrings[language];
  const port = (value: string): number => {
    if (!/^\d{1,5}$/u.test(value) || Number(value) > 65_535)
      throw new InvalidArgumentError(cliStrings[language].errors.badPort);
    return Number(value);
  };
  common(program.command("record"))
    .description(words.record.about)
    .option("--upstream <name>", words.record.upstream)
    .option("--port <number>", words.record.port, port)
    .option("--out <file>", words.record.out)
    .option("--keep-texts", words.record.keepTexts)
    .option("--webhook <url>", words.record.webhook)
    .option("--no-page", words.record.noPage)
    .addHelpText("after", `\n${words.record.more}`)
    .action(async (options: Omit<RecordOptions, "language">) => {
      const { record } = await import("./record/record.ts");
      done(await record({ ...options, language }, io));
    });

  common(program.command("compare"))
    .description(words.compare.about)
    .argument("<recording>", words.compare.file)
    .option("--world <answers>", words.compare.world)
    .option("--json", words.compare.json)
    .addHelpText("after", `\n${words.compare.more}`)
    .action(async (file: string, options: { world?: string; json?: boolean }) => {
      const { compare } = await import("./record/compare.ts");
      done(await compare({ ...options, file, language }, io));
    });

  const probing = probeStrings[language];
  const count = (value: string): number => {
    if (!/^[1-9]\d{0,5}$/u.test(value)) throw new InvalidArgumentError(probing.badBudget);
    return Number(value);
  };
  common(program.command("probe"))
    .description(probing.help.about)
    .option("--chat <id>", probing.help.chat)
    .option("--only <names>", probing.help.only)
    .option("--budget <calls>", probing.help.budget, count)
    .option("--out <file>", probing.help.out)
    .option("--dry-run", probing.help.dryRun)
    .option("--yes", probing.help.yes)
    .option("--config <file>", toolHelp[language].config)
    .option("--account <id>", toolHelp[language].account)
    .addHelpText("after", `\n${probing.help.more}`)
    .action(async (options: Omit<ProbeCommandOptions, "language">) => {
      const { probe } = await import("./record/probe.ts");
      done(await probe({ ...options, language }, io));
    });
}
