import { StateFileError, startEmulator } from "../../emulator/index.ts";
import type { Emulator, World } from "../../emulator/index.ts";
import type { Language } from "../../plugin-sdk/index.ts";
import type { CliIo } from "../terminal/io.ts";
import { cliStrings } from "../strings/index.ts";

/** Where the page is when nobody says otherwise, so that the address stays the same from run to run. */
const DEFAULT_PORT = 7337;

/** How the local Feishu is opened. */
export interface LocalFeishuOptions {
  readonly port: number | undefined;
  /** Take any port when none was asked for. */
  readonly anyPort?: boolean | undefined;
  readonly tls?: boolean | undefined;
  readonly stateFile?: string | undefined;
  readonly world?: Partial<World> | undefined;
  readonly language: Language;
}

/** Starts the emulator; says so and gives undefined when the port or the state file cannot be had. A taken default port is only replaced by another. */
export async function openLocalFeishu(options: LocalFeishuOptions, io: CliIo): Promise<Emulator | undefined> {
  const { errors, banner } = cliStrings[options.language];
  const port = options.port ?? (options.anyPort === true ? 0 : DEFAULT_PORT);
  const open = (at: number): Promise<Emulator> =>
    startEmulator({ port: at, tls: options.tls, stateFile: options.stateFile, world: options.world });
  try {
    return await open(port);
  } catch (error) {
    if (error instanceof StateFileError) {
      io.err(`${errors.stateFile(error.file, error.reason, error.detail)}\n`);
      return undefined;
    }
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE" && options.port === undefined) {
      const emulator = await open(0);
      io.err(`${banner.portTaken(port, Number(new URL(emulator.apiUrl).port))}\n`);
      return emulator;
    }
    if (code !== "EADDRINUSE" && code !== "EACCES") throw error;
    io.err(`${code === "EACCES" ? errors.portDenied(port) : errors.portInUse(port)}\n`);
    return undefined;
  }
}
