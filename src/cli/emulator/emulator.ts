import type { World } from "../../emulator/index.ts";
import type { Language } from "../../plugin-sdk/index.ts";
import type { CliIo } from "../terminal/io.ts";
import { openLocalFeishu } from "./local-feishu.ts";
import { isWorldProblem, readWorld } from "./read-world.ts";
import { listenForStop } from "../terminal/stop-on-signal.ts";
import { cliStrings } from "../strings/index.ts";

/** Options of `cardstream emulator`. */
export interface EmulatorCommandOptions {
  readonly language: Language;
  readonly port?: number | undefined;
  readonly json?: boolean | undefined;
  readonly tls?: boolean | undefined;
  readonly state?: string | undefined;
  /** `name=answer,…` or a file of `cardstream probe`. */
  readonly world?: string | undefined;
}

/** `cardstream emulator`: runs only the local Feishu, until a signal ends it. */
export async function emulator(options: EmulatorCommandOptions, io: CliIo): Promise<number> {
  let world: Partial<World>;
  try {
    world = readWorld(options.world, io.cwd);
  } catch (error) {
    if (!isWorldProblem(error)) throw error;
    io.err(`--world: ${error.message}\n`);
    return 2;
  }
  const stop = listenForStop(io);
  const { emulatorReady: words } = cliStrings[options.language];
  const running = await openLocalFeishu(
    { language: options.language, port: options.port, tls: options.tls, stateFile: options.state, world },
    io,
  );
  if (running === undefined) return 2;
  try {
    const { apiUrl, pageUrl, adminToken, app } = running;
    const chatId = running.directChatId();
    if (options.json === true) {
      io.out(
        `${JSON.stringify({ apiUrl, pageUrl, adminToken, appId: app.appId, appSecret: app.appSecret, chatId })}\n`,
      );
    } else {
      io.out(
        [
          `${words.page}  ${pageUrl}`,
          `${words.api}  ${apiUrl}`,
          `${words.app}  ${app.appId}  ${app.appSecret}`,
          `${words.chat}  ${chatId}`,
          "",
          words.pointYourBot,
          "",
          ...Object.entries({
            FEISHU_APP_ID: app.appId,
            FEISHU_APP_SECRET: app.appSecret,
            FEISHU_DOMAIN: apiUrl,
            CHAT_ID: chatId,
          }).map(([name, value]) => `export ${name}=${value}`),
          "",
        ].join("\n"),
      );
    }
    await stop.received;
    return 0;
  } finally {
    await running.close();
    stop.dispose();
  }
}
