import { inject } from "vitest";
import { startForwardProxy } from "../../support/process/forward-proxy.ts";
import type { ForwardProxy } from "../../support/process/forward-proxy.ts";
import { startEmulator } from "../../../src/emulator/index.ts";
import type { Emulator } from "../../../src/emulator/index.ts";
import { until } from "./conversation.ts";
import { startFakeModel } from "./fake-model.ts";
import type { FakeModel } from "./fake-model.ts";
import { createHostHome, freePort, startGateway } from "./gateway.ts";
import type { Gateway, HostHome } from "./gateway.ts";
import {
  BLOCKS_APP,
  HOOK_APP,
  HOOK_ENCRYPT_KEY,
  HOOK_PATH,
  LIVE_APP,
  MAIN_APP,
  makeConfig,
  makeEnvironment,
  PROXIED_APP,
  PROXIED_HOST,
} from "./host-config.ts";
import { installPlugin } from "./install-plugin.ts";

/** Feishu, the model and the gateway, with the packed plugin installed as an operator would. */
export interface World {
  readonly emulator: Emulator;
  readonly model: FakeModel;
  readonly home: HostHome;
  /** What the `proxied` account goes through. */
  readonly proxy: ForwardProxy;
  /** The gateway that runs now. */
  gateway: Gateway;
  /** Starts the gateway again after it was stopped. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts everything; about a minute.
 * @param between puts something between the gateway and Feishu, given where the `hook` account listens. @returns what the accounts take for
 * Feishu's address
 */
export async function startWorld(between?: (emulator: Emulator, hookUrl: string) => Promise<string>): Promise<World> {
  const home = createHostHome();
  const fakeModel = await startFakeModel();
  const proxy = await startForwardProxy({ [PROXIED_HOST]: "127.0.0.1" });
  const hookPort = await freePort();
  const webhook = { url: `http://127.0.0.1:${hookPort}${HOOK_PATH}`, encryptKey: HOOK_ENCRYPT_KEY };
  const emulator = await startEmulator({
    apps: [MAIN_APP, BLOCKS_APP, LIVE_APP, { ...HOOK_APP, webhook }, PROXIED_APP],
    // By this name the proxy reaches it.
    allowedHosts: [PROXIED_HOST],
  });
  // A lost connection is tried again within seconds, not half a minute.
  const { settings } = emulator;
  settings.longConnection = { ...settings.longConnection, reconnectNonceSeconds: 1, reconnectIntervalSeconds: 2 };
  const port = await freePort();
  home.writeConfig({ gateway: { mode: "local", port, bind: "loopback" } });
  await installPlugin(home, inject("plugin"));
  const { workspace } = home;
  const groupId = emulator.store.chats.all().find((chat) => chat.type === "group")?.chatId ?? "";
  const feishuUrl = (await between?.(emulator, webhook.url)) ?? emulator.apiUrl;
  const options = {
    emulator,
    feishuUrl,
    modelUrl: fakeModel.url,
    port,
    workspace,
    hookPort,
    proxyUrl: proxy.url,
    groupId,
  };
  home.writeConfig(makeConfig(home.readConfig(), options));
  Object.assign(home.env, makeEnvironment());
  const ready = async (): Promise<boolean> => {
    const connected = new Set(emulator.connections().map(({ appId }) => appId));
    return connected.size === LONG_CONNECTIONS && (await listens(webhook.url));
  };
  const start = async (): Promise<Gateway> => {
    const gateway = await startGateway(home, port);
    try {
      await until(ready, 600_000, "all accounts to connect");
    } catch (error) {
      await gateway.stop("SIGKILL");
      throw new Error(`the accounts did not connect:\n${gateway.log().slice(-3000)}`, { cause: error });
    }
    return gateway;
  };
  const world: World = {
    emulator,
    model: fakeModel,
    home,
    proxy,
    gateway: await start(),
    restart: async () => {
      world.gateway = await start();
    },
    close: async () => {
      await world.gateway.stop("SIGKILL");
      await fakeModel.close();
      await emulator.close();
      await proxy.close();
      home.remove();
    },
  };
  return world;
}

/** Accounts that take events by long connection: all but `hook`. */
const LONG_CONNECTIONS = 4;

async function listens(url: string): Promise<boolean> {
  try {
    await fetch(url);
    return true;
  } catch {
    return false;
  }
}
