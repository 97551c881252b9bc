import { InvalidArgumentError } from "commander";
import type { GatewayCommandOptions } from "./serve/gateway.ts";
import { createPortOption, logOption } from "./settings/options.ts";
import { cliStrings } from "./strings/index.ts";
import { gatewayStrings } from "./strings/gateway.ts";
import type { CommandContext } from "./tool-commands.ts";

/** Adds `cardstream gateway`; what it needs is loaded when it is used. */
export function addGatewayCommand({ program, common, language, io, done }: CommandContext): void {
  const { help, badCount } = gatewayStrings[language];
  const strings = cliStrings[language];
  const count = (value: string): number => {
    if (!/^[1-9]\d{0,6}$/u.test(value)) throw new InvalidArgumentError(badCount);
    return Number(value);
  };
  common(program.command("gateway"))
    .description(help.about)
    .addOption(createPortOption(help.port, language, io))
    .option("--host <address>", help.host)
    .option("--token-file <path>", help.tokenFile)
    .option("--allow-host <names...>", help.allowHost)
    .option("--idle <seconds>", help.idle, count)
    .option("--max-streams <number>", help.maxStreams, count)
    .option("--config <file>", strings.help.optionConfig)
    .option("--verbose", strings.help.optionVerbose)
    .addOption(logOption(language))
    .addHelpText("after", `\n${help.more}`)
    .action(
      async ({ idle, ...options }: Omit<GatewayCommandOptions, "language" | "idleSeconds"> & { idle?: number }) => {
        const { gateway } = await import("./serve/gateway.ts");
        done(await gateway({ ...options, idleSeconds: idle, language }, io));
      },
    );
}
