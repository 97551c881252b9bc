import type { Language } from "../plugin-sdk/index.ts";
import type { CliIo } from "./io.ts";
import { openLocalFeishu } from "./local-feishu.ts";
import { listenForStop } from "./stop-on-signal.ts";
import { cliStrings } from "./strings/index.ts";

/** Options of `cardstream emulator`. */
export interface EmulatorCommandOptions {
  readonly language: Language;
  readonly port?: number | undefined;
  readonly json?: boolean | undefined;
  readonly tls?: boolean | undefined;
  readonly state?: string | undefined;
}

/** `cardstream emulator`: runs only the local Feishu, until a signal ends it. */
export async function emulator(options: EmulatorCommandOptions, io: CliIo): Promise<number> {
  const stop = listenForStop(io);
  const { emulatorReady: words } = cliStrings[options.language];
  const running = await openLocalFeishu(
    { language: options.language, port: options.port, tls: options.tls, stateFile: options.state },
    io,
  );
  if (running === undefined) return 2;
  try {
    const { apiUrl, pageUrl, adminToken, app } = running;
    if (options.json === true) {
      io.out(`${JSON.stringify({ apiUrl, pageUrl, adminToken, appId: app.appId, appSecret: app.appSecret })}\n`);
    } else {
      io.out(
        [
          `${words.page}  ${pageUrl}`,
          `${words.api}  ${apiUrl}`,
          `${words.app}  ${app.appId}  ${app.appSecret}`,
          "",
          words.pointYourBot,
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
