/* oxlint-disable typescript/consistent-type-imports -- ambient module declarations cannot hold relative import statements */
/**
 * Stand-ins for the host's declarations, so that this package compiles without the host. Only what is used, only from subpaths
 * that ship declarations; `test/openclaw/sdk-types.test.ts` compiles against the real ones instead.
 */
declare module "openclaw/plugin-sdk/channel-core" {
  type Plugin = import("./host/plugin-shape.ts").PluginShape;
  export function createChatChannelPlugin<Account extends { accountId?: string | null }>(
    params: import("./host/plugin-shape.ts").PluginParams<Account>,
  ): Plugin;
  export function defineChannelPluginEntry(options: {
    id: string;
    name: string;
    description: string;
    plugin: Plugin;
    setRuntime?: (runtime: import("./host/index.ts").HostRuntime) => void;
    registerFull?: (api: import("./host/plugin-shape.ts").PluginApi) => void;
  }): object;
  export function defineSetupPluginEntry(plugin: Plugin): object;
}

declare module "openclaw/plugin-sdk/runtime-store" {
  export function createPluginRuntimeStore<T>(options: { pluginId: string; errorMessage: string }): {
    setRuntime: (next: T) => void;
    clearRuntime: () => void;
    tryGetRuntime: () => T | null;
    getRuntime: () => T;
  };
}

declare module "openclaw/plugin-sdk/channel-ingress-runtime" {
  export function defineStableChannelIngressIdentity(params: {
    key: string;
    normalize: (value: string) => string;
    sensitivity: "pii";
  }): import("./host/index.ts").IngressIdentity;
}

declare module "openclaw/plugin-sdk/channel-inbound" {
  export function createChannelPartialDeliveryError(
    cause: unknown,
    result: { visibleReplySent: true; content?: string; messageIds?: string[] },
  ): Error;
  export function toInboundMediaFacts(
    media: readonly import("./host/index.ts").InboundMedia[],
    defaults?: { messageId?: string },
  ): import("./host/index.ts").InboundMediaFact[];
}

declare module "openclaw/plugin-sdk/channel-outbound" {
  export function createChannelMessageReplyPipeline(params: {
    cfg: import("./host/index.ts").HostConfig;
    agentId: string;
    channel: string;
    accountId: string;
  }): { onModelSelected?: (selected: never) => void };
  export function createChannelMessageAdapterFromOutbound(params: {
    id: string;
    outbound: object;
    capabilities: object;
  }): object;
}

declare module "openclaw/plugin-sdk/error-runtime" {
  export class PlatformMessageNotDispatchedError extends Error {
    constructor(message: string, options: { cause: unknown; retryable?: boolean });
  }
}

declare module "openclaw/plugin-sdk/text-chunking" {
  export function stripReasoningTagsFromText(
    text: string,
    options?: { mode?: "strict" | "preserve"; trim?: "none" | "start" | "both"; recoverUnclosed?: boolean },
  ): string;
  export function stripInlineDirectiveTagsForDisplay(text: string): { text: string };
}

declare module "openclaw/plugin-sdk/command-primitives-runtime" {
  export function isAbortRequestText(text?: string): boolean;
}

declare module "openclaw/plugin-sdk/command-auth-native" {
  export function resolveCommandAuthorization(params: { ctx: never; cfg: never; commandAuthorized: boolean }): {
    isAuthorizedSender: boolean;
  };
}

declare module "openclaw/plugin-sdk/plugin-runtime" {
  export function getGlobalHookRunner(): {
    hasHooks(name: "message_sending" | "reply_payload_sending" | "before_agent_finalize"): boolean;
  } | null;
}

declare module "openclaw/plugin-sdk/question-gateway-runtime" {
  export const questionGatewayRuntime: import("./outbound/open-questions.ts").QuestionRuntime;
}

declare module "openclaw/plugin-sdk/channel-secret-basic-runtime" {
  export function createSimpleChannelSecretContract(params: {
    channelKey: string;
    label: string;
    accountFields: readonly string[];
    channelFields: readonly string[];
    mode: "account-inheritance";
  }): { secretTargetRegistryEntries: object[]; collectRuntimeConfigAssignments: (params: never) => void };
}

declare module "openclaw/plugin-sdk/persistent-dedupe" {
  export function createPersistentDedupe(options: {
    ttlMs: number;
    memoryMaxSize: number;
    pluginId: string;
    stateMaxEntries: number;
    onDiskError?: (error: unknown) => void;
  }): {
    checkAndRecord(key: string, options?: { namespace?: string }): Promise<boolean>;
    warmup(namespace?: string): Promise<number>;
  };
}

declare module "openclaw/plugin-sdk/channel-setup" {
  type Config = import("./host/index.ts").HostConfig;
  type SetupField = {
    readonly kind: "string" | "boolean";
    readonly sensitive?: true;
    readonly envVars?: readonly string[];
    readonly cli: { readonly flags: string; readonly description: string };
  };
  type SetupInput = { name?: string; appId?: string; appSecret?: string; useEnv?: boolean; domain?: string };
  type SetupStep = { cfg: Config; accountId: string; input: SetupInput };
  export function defineChannelSetupContract(options: {
    fields: Record<string, SetupField>;
    adapter: {
      applyAccountConfig: (params: SetupStep) => Config;
      applyAccountName: (params: { cfg: Config; accountId: string; name?: string }) => Config;
      configPromotion: "preserve-root";
      validateInput: (params: SetupStep) => string | null;
      prepareAccountConfigInput: (params: SetupStep) => Promise<SetupInput>;
      afterAccountConfigWritten: (params: {
        cfg: Config;
        accountId: string;
        runtime: import("./host/setup-shape.ts").SetupRuntime;
      }) => Promise<void>;
    };
  }): object;
}
