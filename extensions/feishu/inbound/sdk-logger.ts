import type { Logger } from "../../../src/log/index.ts";

type SdkLog = (...message: unknown[]) => void;

/** The SDK's logger interface. */
export interface SdkLogger {
  readonly error: SdkLog;
  readonly warn: SdkLog;
  readonly info: SdkLog;
  readonly debug: SdkLog;
  readonly trace: SdkLog;
}

/**
 * What the SDK's long connection may say in our log: its own phrases, up to the first colon. What follows a colon is a URL with a
 * ticket, an error that quotes an event, or the event itself. It reconnects by itself, so its errors are warnings here.
 */
export function createSdkLogger(logger: Logger): SdkLogger {
  const at =
    (level: "debug" | "warn"): SdkLog =>
    (...message) =>
      logger[level](phrase(message));
  return { error: at("warn"), warn: at("warn"), info: at("debug"), debug: at("debug"), trace: at("debug") };
}

function phrase(message: readonly unknown[]): string {
  const words = message.flat().filter((part) => typeof part === "string" && part !== "[ws]");
  return `long connection: ${words.join(" ").split(/[:\n]/u, 1)[0] ?? ""}`;
}
