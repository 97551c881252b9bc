import { InvalidArgumentError } from "commander";
import type { GatewayCommandOptions } from "./gateway.ts";
import { cliStrings } from "./strings/index.ts";
import { gatewayStrings } from "./strings/gateway.ts";
import type { CommandContext } from "./tool-commands.ts";

/** Adds `cardstream gateway`; what it needs is loaded when it is used. */
export function addGatewayCommand({ program, common, language, io, done }: CommandContext): void {
  const { help, badCount } = gatewayStrings[language];
  const strings = cliStrings[language];
  const port = (value: string): number => {
    if (!/^\d{1,5}$/u.test(value) || Number(value) > 65_535) throw new InvalidArgumentError(strings.errors.badPort);
    return Number(value);
  };
  const count = (value: string): number => {
    if (!/^[1-9]\d{0,6}$/u.test(value)) throw new InvalidArgumentError(badCount);
    return Number(value);
  };
  common(program.command("gateway"))
    .description(help.about)
    .option("--port <number>", help.port, port)
    .option("--host <address>", help.host)
    .option("--token-file <path>", help.tokenFile)
    .option("--idle <seconds>", help.idle, count)
    .option("--max-streams <number>", help.maxStreams, count)
    .option("--config <file>", strings.help.optionConfig)
    .option("--verbose", strings.help.optionVerbose)
    .addHelpText("after", `\n${help.more}`)
    .action(
      async ({ idle, ...options }: Omit<GatewayCommandOptions, "language" | "idleSeconds"> & { idle?: number }) => {
        const { gateway } = await import("./gateway.ts");
        done(await gateway({ ...options, idleSeconds: idle, language }, io));
      },
    );
}
