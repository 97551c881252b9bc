/**
 * The adapters that this plugin gives to the host, typed narrowly; see `host.ts` for why.
 */
import type { HostConfig, HostValue, Presentation, ReplyPayload } from "./index.ts";
import type { SetupWizard } from "./setup-shape.ts";

/** What `channels status` shows of an account, as far as this plugin fills it in. */
export interface AccountSnapshot {
  accountId: string;
  name?: string;
  enabled?: boolean;
  configured?: boolean;
  running?: boolean;
  connected?: boolean;
  lastError?: string | null;
  lastConnectedAt?: number | null;
  lastDisconnect?: string | { at: number; error?: string } | null;
  lastInboundAt?: number | null;
  lastOutboundAt?: number | null;
  mode?: string;
  dmPolicy?: string;
  probe?: unknown;
}

/** A log of the host's. */
export interface HostLog {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
  debug?(message: string): void;
}

/** One running account. `startAccount` stays pending until `abortSignal` aborts. */
export interface AccountContext<Account> {
  cfg: HostConfig;
  accountId: string;
  account: Account;
  abortSignal: AbortSignal;
  log?: HostLog;
  getStatus(): AccountSnapshot;
  setStatus(next: AccountSnapshot): void;
}

/** A message to be sent outside a turn. */
export interface OutboundContext {
  cfg: HostConfig;
  to: string;
  text: string;
  mediaUrl?: string;
  audioAsVoice?: boolean;
  mediaLocalRoots?: readonly string[];
  mediaReadFile?: (path: string) => Promise<Buffer>;
  replyToId?: string | null;
  threadId?: string | number | null;
  accountId?: string | null;
  signal?: AbortSignal;
}

/** What was sent. */
export interface OutboundResult {
  channel: "feishu";
  messageId: string;
}

/** A channel action that the host's `message` tool or CLI asks for. */
export interface ActionContext {
  action: string;
  cfg: HostConfig;
  params: Record<string, unknown>;
  accountId?: string | null;
  toolContext?: { currentChannelId?: string; currentMessageId?: string | number };
  mediaLocalRoots?: readonly string[];
}

/** What the `message` tool may do in this channel, and doing it. */
export interface ActionsAdapter {
  describeMessageTool(params: {
    cfg: HostConfig;
    accountId?: string | null;
  }): { actions: ("send" | "react" | "edit" | "unsend" | "delete")[]; capabilities: "presentation"[] } | null;
  messageActionTargetAliases: Partial<
    Record<"edit" | "unsend", { aliases: string[]; deliveryTargetAliases: string[] }>
  >;
  supportsAction(params: { action: string }): boolean;
  handleAction(ctx: ActionContext): Promise<ActionResult>;
}

/** Sending outside a turn. */
export interface OutboundAdapter {
  deliveryMode: "direct";
  textChunkLimit: number;
  chunkerMode: "markdown";
  presentationCapabilities: object;
  resolveTarget(params: { to?: string }): { ok: true; to: string } | { ok: false; error: Error };
  /** Gives the host's payload back with the card in it; null: the host writes the presentation out as text. */
  renderPresentation(params: RenderPresentationParams): HostValue | null;
  sendText(ctx: OutboundContext): Promise<OutboundResult>;
  sendMedia(ctx: OutboundContext): Promise<OutboundResult>;
  sendPayload(ctx: OutboundContext & { payload: ReplyPayload }): Promise<OutboundResult>;
}

/** An entry of a directory. */
export interface DirectoryEntry {
  kind: "user" | "group";
  id: string;
  name?: string;
}

/** Finds ids for what people write. */
export interface Resolver {
  resolveTargets(params: {
    cfg: HostConfig;
    accountId?: string | null;
    inputs: string[];
    kind: "user" | "group";
  }): Promise<{ input: string; resolved: boolean; id?: string; name?: string; note?: string }[]>;
}

/** What an action answers with. */
export interface ActionResult {
  content: { type: "text"; text: string }[];
  details: unknown;
}

/** Parameters of the host's `createChatChannelPlugin`. */
export interface PluginParams<Account> {
  base: {
    id: string;
    meta: {
      id: string;
      label: string;
      selectionLabel: string;
      docsPath: string;
      blurb: string;
      aliases: string[];
    };
    capabilities: object;
    streaming?: { blockStreamingCoalesceDefaults: { minChars: number; idleMs: number } };
    reload: { configPrefixes: string[] };
    config: {
      listAccountIds(cfg: HostConfig): string[];
      resolveAccount(cfg: HostConfig, accountId?: string | null): Account;
      defaultAccountId(cfg: HostConfig): string;
      isConfigured(account: Account): boolean;
      isEnabled(account: Account): boolean;
      unconfiguredReason(account: Account): string;
      describeAccount(account: Account): AccountSnapshot;
      inspectAccount?(cfg: HostConfig, accountId?: string | null): unknown;
      resolveAllowFrom?(params: { cfg: HostConfig; accountId?: string | null }): (string | number)[];
      setAccountEnabled?<Config extends HostConfig>(params: {
        cfg: Config;
        accountId: string;
        enabled: boolean;
      }): Config;
      deleteAccount?<Config extends HostConfig>(params: { cfg: Config; accountId: string }): Config;
      formatAllowFrom?(params: { allowFrom: (string | number)[] }): string[];
    };
    setupContract?: object;
    setupWizard?: SetupWizard;
    secrets?: object;
    gateway: {
      startAccount(ctx: AccountContext<Account>): Promise<void>;
    };
    status?: object;
    messaging?: object;
    directory?: object;
    resolver?: Resolver;
    actions?: object;
    agentPrompt?: object;
    mentions?: object;
    groups?: object;
    doctor?: object;
  };
  security?: object;
  pairing?: object;
  threading?: object;
  outbound?: object;
}

/** The plugin object that the host makes of it. */
export interface PluginShape {
  id: string;
  outbound?: object;
  message?: object;
}

/** What an entry may register with, as far as it is used. */
export interface PluginApi {
  readonly logger: HostLog;
}

/** What the host asks to be drawn. */
export interface RenderPresentationParams {
  payload: ReplyPayload;
  presentation: Presentation;
}
