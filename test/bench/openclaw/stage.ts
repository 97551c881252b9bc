import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { startEmulator } from "../../../src/emulator/index.ts";
import type { Emulator } from "../../../src/emulator/index.ts";
import { installOfficial } from "../../emulator/clients/openclaw-official.ts";
import { until } from "../../openclaw/support/conversation.ts";
import { startFakeModel } from "../../openclaw/support/fake-model.ts";
import type { FakeModel } from "../../openclaw/support/fake-model.ts";
import { createHostHome, freePort, startGateway } from "../../openclaw/support/gateway.ts";
import type { HostHome } from "../../openclaw/support/gateway.ts";
import { installPlugin } from "../../openclaw/support/install-plugin.ts";
import { packPlugin } from "../../openclaw/support/global-setup.ts";

/** A way in which the host gets the model's words, with an app of its own; `live` is ours alone, and needs the operator's consent. */
export interface Path {
  readonly name: string;
  readonly api: "anthropic-messages" | "openai-completions";
  readonly appId: string;
  readonly live: boolean;
}

export const PATHS: readonly Path[] = [
  { name: "anthropic-messages", api: "anthropic-messages", appId: "cli_d1d2d3d4d5d6d7d8", live: false },
  { name: "openai-completions", api: "openai-completions", appId: "cli_e1e2e3e4e5e6e7e8", live: false },
  { name: "openai-completions, liveSource", api: "openai-completions", appId: "cli_f1f2f3f4f5f6f7f8", live: true },
];

/** When the host had handed how much of an answer to its channel. */
export interface HandedOver {
  readonly at: number;
  readonly chars: number;
  /** The key of the conversation; holds the person's open_id. */
  readonly session?: string | undefined;
}

/** The gateway's thread did nothing else from one time to the other. */
export interface Held {
  readonly heldFrom: number;
  readonly heldUntil: number;
}

/** Feishu, a model and a gateway with one plugin. */
export interface Stage {
  readonly plugin: "ours" | "official";
  readonly emulator: Emulator;
  readonly model: FakeModel;
  /** What the probe noted since the start, in order. */
  probed(): { handedOver: HandedOver[]; held: Held[] };
  /** The gateway's log. */
  log(): string;
  close(): Promise<void>;
}

const SECRET = "bench-secret";
const PROBE = join(import.meta.dirname, "probe");

function makeConfig(
  home: HostHome,
  options: { paths: readonly Path[]; domain: string; modelUrl: string; port: number; probeFile: string },
): Record<string, unknown> {
  const { paths, domain, modelUrl, port } = options;
  const installed = home.readConfig();
  const { entries } = installed["plugins"] as { entries: { feishu: object } };
  const consent = paths.some(({ live }) => live) ? { hooks: { allowConversationAccess: true } } : {};
  const cost = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  const models = [
    { id: "m", name: "m", reasoning: true, input: ["text"], contextWindow: 128_000, maxTokens: 8192, cost },
  ];
  const provider = (api: Path["api"]): object => ({
    baseUrl: api === "openai-completions" ? `${modelUrl}/v1` : modelUrl,
    apiKey: "k",
    api,
    models,
  });
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
      allow: ["feishu", "bench-probe"],
      load: { paths: [PROBE] },
      entries: {
        ...entries,
        feishu: { ...entries.feishu, ...consent },
        "bench-probe": { enabled: true, config: { file: options.probeFile } },
      },
    },
    models: {
      providers: {
        "anthropic-messages": provider("anthropic-messages"),
        "openai-completions": provider("openai-completions"),
      },
    },
    agents: {
      defaults: {
        model: { primary: "anthropic-messages/m" },
        workspace: home.workspace,
        skipBootstrap: true,
        maxConcurrent: 20,
      },
      entries: {
        main: {},
        ...Object.fromEntries(
          paths.map(({ appId, api }) => [appId, { model: { primary: `${api}/m` }, workspace: home.workspace }]),
        ),
      },
    },
    bindings: paths.map(({ appId }) => ({ agentId: appId, match: { channel: "feishu", accountId: appId } })),
    session: { dmScope: "per-account-channel-peer" },
    channels: {
      feishu: {
        domain,
        streaming: { mode: "partial" },
        accounts: Object.fromEntries(
          paths.map(({ appId, live }) => [
            appId,
            { appId, appSecret: SECRET, dmPolicy: "open", allowFrom: ["*"], ...(live ? { liveSource: true } : {}) },
          ]),
        ),
      },
    },
  };
}

function readProbe(file: string): ReturnType<Stage["probed"]> {
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(0, -1) : [];
  const noted = lines.map((line) => JSON.parse(line) as HandedOver | Held);
  return {
    handedOver: noted.filter((one) => "at" in one),
    held: noted.filter((one) => "heldFrom" in one),
  };
}

/**
 * Starts everything with one account for each path; a minute or less. Feishu takes 40 to 120 ms for a call. Its documents
 * contradict each other about whether a card in streaming mode takes more than ten writes a second; `strict` says that it does not.
 */
export async function startStage(
  plugin: Stage["plugin"],
  paths: readonly Path[],
  options: { readonly strict: boolean },
): Promise<Stage> {
  const home = createHostHome();
  const model = await startFakeModel();
  // The official plugin takes no domain but https.
  const emulator = await startEmulator({
    apps: paths.map(({ appId }) => ({ appId, appSecret: SECRET, name: appId })),
    tls: true,
    latencyMs: [40, 120],
    timelineLimit: 200_000,
    bodyChars: 0,
    world: { cardLimitWhileStreaming: options.strict ? 230020 : "free" },
  });
  // Nobody knows the emulator's certificate.
  home.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
  const closeOthers = async (): Promise<void> => {
    await model.close();
    await emulator.close();
    home.remove();
  };
  try {
    const port = await freePort();
    const probeFile = join(home.dir, "probe.jsonl");
    home.writeConfig({ gateway: { mode: "local", port, bind: "loopback" } });
    await (plugin === "official" ? installOfficial(home) : installPlugin(home, packPlugin(home.dir)));
    home.writeConfig(makeConfig(home, { paths, domain: emulator.apiUrl, modelUrl: model.url, port, probeFile }));
    const gateway = await startGateway(home, port);
    try {
      const connected = (): boolean => new Set(emulator.connections().map(({ appId }) => appId)).size === paths.length;
      await until(connected, 90_000, "all accounts to connect");
    } catch (error) {
      await gateway.stop("SIGKILL");
      throw new Error(`the accounts did not connect:\n${gateway.log().slice(-4000)}`, { cause: error });
    }
    return {
      plugin,
      emulator,
      model,
      probed: () => readProbe(probeFile),
      log: () => gateway.log(),
      close: async () => {
        await gateway.stop("SIGKILL");
        await closeOthers();
      },
    };
  } catch (error) {
    await closeOthers();
    throw error;
  }
}
