import { createSystemClock } from "../../../../src/time/index.ts";
import { createOwnFetch } from "../../client/index.ts";
import { qrCode, registerApp, RegistrationError, wantedAddons } from "../../registration/index.ts";
import type { RegisterAppOptions, RegisteredApp } from "../../registration/index.ts";
import type { Prompter } from "../host/setup-shape.ts";
import type { SetupTexts } from "./texts.ts";

/** Has a person confirm an app; what is not given is the real thing. */
export type ScanApp = (options: Pick<RegisterAppOptions, "onLink">) => Promise<RegisteredApp>;

/** Registers at Feishu, or where FEISHU_DOMAIN says. The host's own Ctrl-C ends the process, and with it the wait. */
export function createScan(env: Readonly<Record<string, string | undefined>>): ScanApp {
  return async ({ onLink }) => {
    const own = createOwnFetch();
    try {
      return await registerApp({
        fetch: own.fetch,
        clock: createSystemClock(),
        signal: new AbortController().signal,
        domain: env["FEISHU_DOMAIN"]?.trim() || undefined,
        addons: wantedAddons,
        name: "OpenClaw",
        onLink,
      });
    } finally {
      await own.destroy();
    }
  };
}

/** Columns that the host's frame around a note takes. */
const FRAME = 8;

/** Shows the code and waits; undefined when no app came of it, which has been said. */
export async function scanApp(
  scan: ScanApp,
  prompter: Prompter,
  texts: SetupTexts,
  columns: number,
): Promise<RegisteredApp | undefined> {
  let shown = Promise.resolve();
  try {
    const app = await scan({
      onLink: ({ url }) => {
        const code = qrCode(url, columns - FRAME);
        shown = prompter.note([...(code === undefined ? [] : [code, ""]), url].join("\n"), texts.scanTitle);
      },
    });
    await shown;
    await prompter.note(`${app.appId} (${app.domain})`, texts.scanned);
    return app;
  } catch (error) {
    if (!(error instanceof RegistrationError)) throw error;
    await shown;
    await prompter.note(texts.scanFailures[error.code], texts.scanNothing);
    return undefined;
  }
}
