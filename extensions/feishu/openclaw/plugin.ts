import { larkCliVersion, setUpLarkCli } from "../registration/index.ts";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { createChatChannelPlugin } from "openclaw/plugin-sdk/channel-core";
import { createChannelMessageAdapterFromOutbound } from "openclaw/plugin-sdk/channel-outbound";
import { questionGatewayRuntime } from "openclaw/plugin-sdk/question-gateway-runtime";
import { silentLogger } from "../../../src/log/index.ts";
import { languageOfLocale } from "../../../src/plugin-sdk/index.ts";
import { createSystemClock } from "../../../src/time/index.ts";
import { AccountClients } from "./account/clients.ts";
import { defaultAccountId, listAccountIds, resolveAccount } from "../config/index.ts";
import type { ResolvedAccount } from "../config/index.ts";
import { createActions } from "./outbound/actions.ts";
import { createDirectory, createResolver, listGroups } from "./outbound/directory.ts";
import { collectWarnings } from "./setup/doctor.ts";
import { runAccount } from "./turn/accounts.ts";
import type { HostConfig } from "./host/index.ts";
import { LiveSource } from "./turn/live-source.ts";
import { OpenQuestions } from "./outbound/open-questions.ts";
import { createOutbound, notifyApproved } from "./outbound/outbound.ts";
import type { PluginShape } from "./host/plugin-shape.ts";
import { runtimeStore } from "./host/shared-runtime.ts";
import { secretContract } from "./secret-contract.ts";
import { createSetupContract } from "./setup/setup.ts";
import { createAccountCheck } from "./setup/check.ts";
import { deleteAccount, setAccountEnabled } from "./account/account-config.ts";
import type { GroupChoice } from "./setup/policies.ts";
import { createScan } from "./setup/scan.ts";
import { createSetupWizard } from "./setup/wizard.ts";
import { createStatus, inspectAccount } from "./account/status.ts";
import { normalizePlace, parsePlace } from "./outbound/target.ts";
import { threading } from "./outbound/threading.ts";
import { ButtonRegistry } from "./outbound/turn-buttons.ts";
import { UnansweredMessages } from "./turn/unanswered.ts";

/** Makes the channel as the host sees it. Nothing is opened and no timer is set before an account starts or something is sent. */
function createPlugin(): PluginShape {
  const clock = createSystemClock();
  const random = (): number => randomBytes(4).readUInt32BE() / 2 ** 32;
  // The host loads plugins in its CLI too, where a log line per call would be noise; accounts log by their own context.
  const clients = new AccountClients({
    clock,
    random,
    logger: silentLogger,
    stateDir: () => join(runtime().state.resolveStateDir(), "feishu"),
  });
  const buttons = new ButtonRegistry(() => randomBytes(16).toString("hex"));
  const questions = new OpenQuestions(questionGatewayRuntime, clients);
  const liveSource = new LiveSource();
  const unanswered = new UnansweredMessages();
  const runtime = runtimeStore.getRuntime;
  const outbound = createOutbound({ clients, questions, runtime });
  // As the host itself does.
  const { OPENCLAW_LOCALE, LC_ALL, LC_MESSAGES, LANG } = process.env;
  const language = languageOfLocale([OPENCLAW_LOCALE, LC_ALL, LC_MESSAGES, LANG].find((value) => value?.trim()));
  const check = createAccountCheck({ clients, clock, env: process.env });
  const groupsOf = (account: ResolvedAccount): Promise<GroupChoice[]> =>
    clients.use(account, ({ client }) => listGroups(client, "", 100)).catch(() => []);
  const plugin = createChatChannelPlugin<ResolvedAccount>({
    base: {
      id: "feishu",
      meta: {
        id: "feishu",
        label: "Feishu",
        selectionLabel: "Feishu/Lark (飞书)",
        docsPath: "/channels/feishu",
        blurb: "Feishu and Lark bots whose replies stream into a card.",
        aliases: ["lark"],
      },
      capabilities: {
        chatTypes: ["direct", "group"],
        media: true,
        reactions: true,
        edit: true,
        unsend: true,
        reply: true,
        threads: true,
        blockStreaming: true,
      },
      // Small blocks, so that block streaming has something to show early; the card merges them anyway.
      streaming: { blockStreamingCoalesceDefaults: { minChars: 100, idleMs: 300 } },
      reload: { configPrefixes: ["channels.feishu"] },
      config: {
        listAccountIds,
        resolveAccount,
        inspectAccount,
        defaultAccountId,
        setAccountEnabled,
        deleteAccount,
        isConfigured: (account) => account.configured,
        isEnabled: (account) => account.enabled,
        unconfiguredReason: () => "channels.feishu needs appId and appSecret",
        describeAccount: ({ accountId, name, enabled, configured }) => ({
          accountId,
          enabled,
          configured,
          ...(name !== undefined && { name }),
        }),
        resolveAllowFrom: ({ cfg, accountId }) => [...(resolveAccount(cfg, accountId).config.allowFrom ?? [])],
        formatAllowFrom: ({ allowFrom }) => allowFrom.map(String),
      },
      setupContract: createSetupContract({ language, check, env: process.env }),
      setupWizard: createSetupWizard({
        language,
        check,
        listGroups: groupsOf,
        scan: createScan(process.env),
        larkCli: {
          version: () => larkCliVersion(process.env),
          setUp: (app) => setUpLarkCli(app, process.env),
        },
        env: process.env,
      }),
      secrets: secretContract,
      gateway: {
        startAccount: (ctx) =>
          runAccount(ctx, { clients, buttons, questions, liveSource, unanswered, clock, random, runtime }),
      },
      status: createStatus(clients),
      messaging: {
        targetPrefixes: ["feishu", "lark"],
        normalizeTarget: normalizePlace,
        inferTargetChatType: ({ to }: { to: string }) => (parsePlace(to)?.kind === "user" ? "direct" : "group"),
        targetResolver: {
          looksLikeId: (raw: string) => parsePlace(raw) !== undefined,
          hint: "user:ou_…, chat:oc_…, chat:oc_…:topic:omt_…",
        },
      },
      directory: createDirectory(clients),
      resolver: createResolver(clients),
      actions: createActions(clients),
      doctor: {
        groupModel: "hybrid",
        groupAllowFromFallbackToAllowFrom: false,
        collectPreviewWarnings: ({ cfg }: { cfg: HostConfig }) => collectWarnings(cfg),
      },
    },
    security: {
      dm: {
        channelKey: "feishu",
        resolvePolicy: (account: ResolvedAccount) => account.config.dmPolicy,
        resolveAllowFrom: (account: ResolvedAccount) => [...(account.config.allowFrom ?? [])],
        defaultPolicy: "pairing",
        normalizeEntry: (raw: string) => raw.trim().replace(/^(?:(?:feishu|lark|user):)+/iu, ""),
      },
    },
    pairing: {
      text: {
        idLabel: "feishuOpenId",
        message: "✅ 已批准，现在可以和我对话了。 / Approved: you can talk to me now.",
        normalizeAllowEntry: (entry: string) => entry.trim().replace(/^(?:(?:feishu|lark|user):)+/iu, ""),
        notify: async ({
          cfg,
          id,
          accountId,
          message,
        }: {
          cfg: HostConfig;
          id: string;
          accountId?: string;
          message: string;
        }) => {
          const account = resolveAccount(cfg, accountId);
          await clients.use(account, (lease) => notifyApproved(lease, id, message));
        },
      },
    },
    threading,
    outbound,
  });
  plugin.message = createChannelMessageAdapterFromOutbound({
    id: "feishu",
    outbound,
    capabilities: { text: true, media: true, replyTo: true, thread: true },
  });
  return plugin;
}

/** The one channel of this process. */
export const feishuPlugin: PluginShape = createPlugin();
