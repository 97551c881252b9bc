import { AppType, Client, LoggerLevel, WSClient } from "@larksuiteoapi/node-sdk";
import type { EventDispatcher } from "@larksuiteoapi/node-sdk";

/** Where the official SDK calls, and as which app. */
export interface SdkPlace {
  readonly appId: string;
  readonly appSecret: string;
  /** Scheme, host and port. */
  readonly domain: string;
}

/** Keeps the SDK's own log out of a test's output. */
export const quiet: { readonly loggerLevel: LoggerLevel } = { loggerLevel: LoggerLevel.fatal };

/** The official SDK's client. */
export function sdkClient(place: SdkPlace): Client {
  return new Client({ ...place, ...quiet, appType: AppType.SelfBuild });
}

/**
 * Opens the official SDK's long connection, once it is ready.
 * @param closers takes what closes it
 * @throws what the SDK reports when Feishu refuses it
 */
export function sdkConnection(
  place: SdkPlace,
  eventDispatcher: EventDispatcher,
  closers: (() => unknown)[],
): Promise<WSClient> {
  return new Promise((resolve, reject) => {
    const client: WSClient = new WSClient({ ...place, ...quiet, onReady: () => resolve(client), onError: reject });
    closers.push(() => client.close({ force: true }));
    void client.start({ eventDispatcher });
  });
}
