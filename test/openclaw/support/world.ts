import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmulator } from "../../../src/emulator/index.ts";
import type { Emulator } from "../../../src/emulator/index.ts";
import { until } from "./conversation.ts";
import { startFakeModel } from "./fake-model.ts";
import type { FakeModel } from "./fake-model.ts";
import { createHostHome, freePort, startGateway } from "./gateway.ts";
import type { Gateway, HostHome } from "./gateway.ts";
import { installHost } from "./host-install.ts";

const root = join(import.meta.dirname, "..", "..", "..");

/** The app whose messages are answered by the anthropic-messages model, by completed blocks, after pairing. */
export const BLOCKS_APP = { appId: "cli_b1b2b3b4b5b6b7b8", appSecret: "blocks-secret", name: "blocks" } as const;

/** The app whose account may read the model's own stream. */
export const LIVE_APP = { appId: "cli_c1c2c3c4c5c6c7c8", appSecret: "live-secret", name: "live" } as const;

/** The app that most tests talk to. */
export const MAIN_APP = { appId: "cli_a1a2a3a4a5a6a7a8", appSecret: "main-secret", name: "main" } as const;

/** Feishu, the model and the gateway, with the packed plugin installed as an operator would. */
export interface World {
  readonly emulator: Emulator;
  readonly model: FakeModel;
  readonly home: HostHome;
  /** The gateway that runs now. */
  gateway: Gateway;
  /** Starts the gateway again after it was stopped. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Packs the extension as `npm pack -w extensions/feishu` does. The caller removes `dir`. */
export function packExtension(): { dir: string; tarball: string } {
  const dir = mkdtempSync(join(tmpdir(), "cardstream-pack-"));
  const options = ["pack", "-w", "extensions/feishu", "--pack-destination", dir, "--loglevel=error"];
  execFileSync("npm", options, { cwd: root, stdio: "pipe", encoding: "utf8" });
  const tarball = readdirSync(dir).find((name) => name.endsWith(".tgz"));
  if (tarball === undefined) throw new Error("npm pack made no tarball");
  return { dir, tarball: join(dir, tarball) };
}

const model = (id: string): object => ({
  id,
  name: id,
  reasoning: true,
  input: ["text", "image"],
  contextWindow: 128_000,
  maxTokens: 4096,
  cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
});

/** The host's config for this suite, on top of what installing the plugin wrote. */
function makeConfig(installed: Record<string, unknown>, options: ConfigOptions): Record<string, unknown> {
  const { emulator, modelUrl, port, workspace, channel } = options;
  return {
    ...installed,
    gateway: {
      mode: "local",
      port,
      bind: "loopback",
      auth: { mode: "token", token: "t" },
      controlUi: { enabled: false },
    },
    plugins: {
      ...(installed["plugins"] as object),
      allow: ["feishu"],
      // The operator's half of the consent to the live source; the other half is the account's.
      entries: { feishu: { enabled: true, hooks: { allowConversationAccess: true } } },
    },
    models: {
      providers: {
        chat: { baseUrl: `${modelUrl}/v1`, apiKey: "sk-test", api: "openai-completions", models: [model("one")] },
        messages: { baseUrl: modelUrl, apiKey: "sk-test", api: "anthropic-messages", models: [model("two")] },
      },
    },
    agents: {
      defaults: {
        model: { primary: "chat/one" },
        workspace,
        skipBootstrap: true,
        reasoningDefault: "stream",
        blockStreamingChunk: { minChars: 100, maxChars: 300, breakPreference: "paragraph" },
      },
      entries: { main: {}, second: { model: { primary: "messages/two" }, workspace } },
    },
    // One conversation per person, so that two people can be answered at once.
    session: { dmScope: "per-account-channel-peer" },
    bindings: [{ agentId: "second", match: { channel: "feishu", accountId: "blocks" } }],
    channels: {
      feishu: {
        domain: emulator.apiUrl,
        streaming: true,
        groupPolicy: "open",
        requireMention: true,
        accounts: {
          main: { appId: MAIN_APP.appId, appSecret: MAIN_APP.appSecret, dmPolicy: "open", allowFrom: ["*"] },
          live: {
            appId: LIVE_APP.appId,
            appSecret: LIVE_APP.appSecret,
            dmPolicy: "open",
            allowFrom: ["*"],
            liveSource: true,
          },
          blocks: {
            appId: BLOCKS_APP.appId,
            appSecret: BLOCKS_APP.appSecret,
            streaming: { mode: "partial", block: { enabled: true } },
          },
        },
        ...channel,
      },
    },
  };
}

/** What the config is made of. */
export interface ConfigOptions {
  readonly emulator: Emulator;
  readonly modelUrl: string;
  readonly port: number;
  readonly workspace: string;
  /** More keys of `channels.feishu`. */
  readonly channel?: object | undefined;
}

/** Starts everything; about a minute. */
export async function startWorld(): Promise<World> {
  await installHost();
  const pack = packExtension();
  const home = createHostHome();
  const fakeModel = await startFakeModel();
  const emulator = await startEmulator({
    apps: [MAIN_APP, BLOCKS_APP, LIVE_APP],
  });
  const port = await freePort();
  home.writeConfig({ gateway: { mode: "local", port, bind: "loopback" } });
  const install = await home.cli("plugins", "install", pack.tarball, "--force", "--accept-capabilities");
  rmSync(pack.dir, { recursive: true, force: true });
  if (install.code !== 0) throw new Error(`plugins install failed:\n${install.stdout}\n${install.stderr}`);
  home.writeConfig(
    makeConfig(home.readConfig(), { emulator, modelUrl: fakeModel.url, port, workspace: home.workspace }),
  );
  const start = async (): Promise<Gateway> => {
    const gateway = await startGateway(home, port);
    let apps = 0;
    try {
      await until(
        () => {
          void connectedApps(emulator).then((count) => (apps = count));
          return apps === 3;
        },
        90_000,
        "all accounts to connect",
      );
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
    gateway: await start(),
    restart: async () => {
      world.gateway = await start();
    },
    close: async () => {
      await world.gateway.stop("SIGKILL");
      await fakeModel.close();
      await emulator.close();
      home.remove();
    },
  };
  return world;
}

async function connectedApps(emulator: Emulator): Promise<number> {
  const headers = { authorization: `Bearer ${emulator.adminToken}` };
  const response = await emulator.fetch(`${emulator.apiUrl}/emulator/state`, { headers });
  const { connections } = (await response.json()) as { connections: { appId: string }[] };
  return new Set(connections.map(({ appId }) => appId)).size;
}
