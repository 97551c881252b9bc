/**
 * The parts of the host that this plugin uses, written down narrowly so that it type-checks without the host being installed.
 * `test/openclaw/sdk-types.test.ts` compiles the plugin against the declarations of the host version that is tested: the host's
 * own types must be assignable to these.
 *
 * @see `openclaw/plugin-sdk/*.d.ts` of openclaw 2026.9.6
 */

/**
 * A value that the host made and gets back unchanged. `never` fits any type of the host's; handing one over takes a cast, whose
 * truth is that the value came from the host.
 */
export type HostValue = never;

/** The host's configuration file, as far as it concerns a channel. */
export interface HostConfig {
  readonly channels?: object | undefined;
  readonly plugins?: object | undefined;
  readonly agents?: object | undefined;
}

/** Where a message goes inside the host: which agent, which session. */
export interface AgentRoute {
  readonly agentId: string;
  readonly sessionKey: string;
}

/** `direct` for a chat with one person. */
export type PeerKind = "direct" | "group";

/** What the host's policy says about a message. `dispatch` is the only one that starts a turn. */
export interface IngressDecision {
  readonly ingress: { readonly admission: string; readonly reasonCode: string };
  readonly commandAccess: { readonly authorized: boolean; readonly shouldBlockControlCommand: boolean };
}

/** What the host is asked about a message. */
export interface IngressRequest {
  channelId: "feishu";
  accountId: string;
  identity: HostValue;
  subject: { stableId: string };
  conversation: { kind: PeerKind; id: string; threadId?: string };
  contextBinding: {
    agentId: string;
    sessionKey: string;
    messageId: string;
    inboundEventKind: "user_request";
    nativeChannelId: string;
  };
  event: { kind: "message" | "button" | "reaction"; authMode: "inbound" | "command"; mayPair: boolean };
  policy: {
    dmPolicy: "pairing" | "allowlist" | "open" | "disabled";
    groupPolicy: "allowlist" | "open" | "disabled";
    groupAllowFromFallbackToAllowFrom: boolean;
    activation?: { requireMention: boolean; allowTextCommands: boolean };
  };
  allowFrom: (string | number)[];
  groupAllowFrom: (string | number)[];
  mentionFacts?: { canDetectMention: boolean; wasMentioned: boolean };
  readStoreAllowFrom(): Promise<string[]>;
  command: { allowTextCommands: boolean; hasControlCommand: boolean };
}

/** Made by `defineStableChannelIngressIdentity`; opaque here. */
export interface IngressIdentity {
  readonly primary: { readonly key?: string };
}

/** One file that came with a message, saved where the host's agent may read it. */
export interface InboundMedia {
  path: string;
  contentType?: string;
  fileName?: string;
  kind?: "image" | "audio" | "video" | "document";
}

/** Everything the agent is told about a message. */
export interface ContextRequest {
  channelIngress: HostValue;
  channel: "feishu";
  accountId: string;
  messageId: string;
  timestamp: number;
  from: string;
  sender: { id: string; name?: string; isBot?: boolean };
  conversation: {
    kind: PeerKind;
    id: string;
    nativeChannelId: string;
    routePeer: { kind: PeerKind; id: string };
    label?: string;
    threadId?: string;
  };
  route: { agentId: string; accountId: string; routeSessionKey: string };
  reply: { to: string; originatingTo: string; replyToId?: string; messageThreadId?: string };
  message: {
    body: string;
    bodyForAgent: string;
    rawBody: string;
    commandBody: string;
    inboundHistory?: HistoryEntry[];
  };
  media?: HostValue;
  access: {
    commands: { authorized: boolean };
    mentions?: { canDetectMention: boolean; wasMentioned: boolean; requireMention: boolean };
  };
  supplemental?: {
    quote?: { id?: string; body?: string; sender?: string; isQuote?: boolean };
    groupSystemPrompt?: string;
  };
}

/** A message of a group that was not addressed to the bot, told to the agent as context. */
export interface HistoryEntry {
  sender: string;
  body: string;
  timestamp?: number;
}

/** Made by `toInboundMediaFacts`; opaque here. */
export type InboundMediaFact = object;

/** Made by `buildContext`; opaque here. */
export type MessageContext = object;

/** One message for the reader, as the host hands it over. */
export interface ReplyPayload {
  text?: string;
  mediaUrl?: string;
  mediaUrls?: string[];
  replyToId?: string;
  audioAsVoice?: boolean;
  isError?: boolean;
  isReasoning?: boolean;
  isCommentary?: boolean;
  isStatusNotice?: boolean;
  isCompactionNotice?: boolean;
  isFallbackNotice?: boolean;
  presentation?: Presentation;
  /** `text` is only the plain rendering of the presentation. */
  presentationTextMode?: "fallback";
  channelData?: Record<string, unknown>;
}

/** A message described without saying how it looks; see the host's "Message presentation" page. */
export interface Presentation {
  title?: string;
  tone?: "neutral" | "info" | "success" | "warning" | "danger";
  blocks: PresentationBlock[];
}

/** One block of a presentation. Blocks of other types (charts) reach us as text, because we do not claim to draw them. */
export type PresentationBlock = { type: string } & Record<string, unknown>;

/** `tool` and `block` come while the turn runs, `final` at its end. */
export interface DeliveryInfo {
  readonly kind: "tool" | "block" | "final";
  readonly assistantMessageIndex?: number;
}

/** What the host may know about a delivery. */
export interface DeliveryOutcome {
  visibleReplySent: boolean;
  messageIds?: string[];
  content?: string;
}

/** What a progress callback answers: true when the reader sees it. */
export type Progress = boolean | void;

/** The host's callbacks while a turn runs, as far as this plugin listens. */
export interface ReplyOptions {
  abortSignal: AbortSignal;
  disableBlockStreaming: boolean;
  suppressDefaultToolProgressMessages: boolean;
  onModelSelected?: HostValue;
  onVerboseProgressVisibility(isActive: () => boolean): void;
  onAgentRunStart(runId: string): void;
  onAgentRunTerminalOutcome(outcome: "completed" | "failed"): void;
  onAssistantMessageStart(): Progress;
  onPartialReply(payload: { text?: string }): Progress;
  onReasoningStream(payload: { text?: string; requiresReasoningProgressOptIn?: boolean }): Progress;
  onReasoningEnd(): Progress;
  onToolStart(payload: { toolCallId?: string; itemId?: string; name?: string; phase?: string }): Progress;
  onItemEvent(payload: ItemEvent): Progress;
  onCommandOutput(payload: {
    toolCallId?: string;
    itemId?: string;
    phase?: string;
    status?: string;
    exitCode?: number | null;
    output?: string;
    name?: string;
    title?: string;
  }): Progress;
  onPlanUpdate(payload: { title?: string; explanation?: string; steps?: PlanStep[] }): Progress;
  onCompactionStart(): Progress;
  onCompactionEnd(): Progress;
}

/** Progress of one item of a turn: a tool call, or commentary before one. */
export interface ItemEvent {
  itemId?: string;
  toolCallId?: string;
  kind?: string;
  title?: string;
  name?: string;
  phase?: string;
  status?: string;
  summary?: string;
  progressText?: string;
  hideFromChannelProgress?: boolean;
  suppressChannelProgress?: boolean;
}

/** One step of the agent's plan. */
export interface PlanStep {
  step: string;
  status: string;
}

/** The answer to `inbound.run`. */
export interface TurnResult {
  readonly dispatched: boolean;
}

/** What the host calls to run one turn. */
export interface TurnRequest<Raw> {
  channel: "feishu";
  accountId: string;
  raw: Raw;
  adapter: {
    ingest(): {
      id: string;
      timestamp?: number;
      rawText: string;
      textForAgent: string;
      textForCommands: string;
      raw: Raw;
    };
    resolveTurn(): TurnPlan;
  };
}

/** How a turn is answered. */
export interface TurnPlan {
  cfg: HostConfig;
  channel: "feishu";
  accountId: string;
  route: { agentId: string; sessionKey: string };
  ctxPayload: HostValue;
  record: { onRecordError(error: unknown): void };
  dispatcherOptions: HostValue;
  delivery: {
    observeMessageSent: true;
    deliver(payload: ReplyPayload, info: DeliveryInfo): Promise<DeliveryOutcome | void>;
    onError(error: unknown, info: { kind: string }): void;
  };
  replyOptions: ReplyOptions;
  botLoopProtection?: BotLoopFacts;
}

/** What the host needs to stop two bots from answering each other for ever. */
export interface BotLoopFacts {
  scopeId: string;
  conversationId: string;
  senderId: string;
  receiverId: string;
  eventId: string;
  defaultEnabled: boolean;
  /** `channels.defaults.botLoopProtection`, which the host has checked. */
  defaultsConfig?: BotLoopLimits | undefined;
}

/** How many messages two bots may exchange, and how long they are ignored after that. */
export interface BotLoopLimits {
  enabled?: boolean;
  maxEventsPerWindow?: number;
  windowSeconds?: number;
  cooldownSeconds?: number;
}

/** A file read for sending. */
export interface LoadedMedia {
  readonly buffer: Uint8Array;
  readonly contentType?: string | undefined;
  readonly fileName?: string | undefined;
  readonly kind?: string | undefined;
}

/** The runtime that the host hands to a plugin. */
export interface HostRuntime {
  readonly version: string;
  readonly config: { current(): HostConfig };
  readonly media: {
    loadWebMedia(url: string, options?: { maxBytes?: number; localRoots?: readonly string[] }): Promise<LoadedMedia>;
  };
  readonly state: { resolveStateDir(): string };
  readonly system: {
    enqueueSystemEvent(text: string, options: { sessionKey: string; contextKey: string }): unknown;
  };
  readonly channel: {
    readonly routing: {
      resolveAgentRoute(input: {
        cfg: HostConfig;
        channel: string;
        accountId: string;
        peer: { kind: PeerKind; id: string };
        parentPeer?: { kind: PeerKind; id: string };
      }): AgentRoute;
    };
    readonly inbound: {
      readonly ingress: { resolve(request: IngressRequest): Promise<IngressDecision> };
      buildContext(request: ContextRequest): MessageContext;
      run<Raw>(request: TurnRequest<Raw>): Promise<TurnResult>;
    };
    readonly pairing: {
      readAllowFromStore(input: { channel: "feishu"; accountId: string }): Promise<string[]>;
      upsertPairingRequest(input: {
        channel: "feishu";
        accountId: string;
        id: string;
        meta: Record<string, string>;
      }): Promise<{ code: string; created: boolean }>;
      buildPairingReply(input: { channel: "feishu"; idLine: string; code: string }): string;
    };
    readonly media: {
      saveMediaBuffer(
        buffer: Buffer,
        contentType: string | undefined,
        subdir: string,
        maxBytes: number,
        originalFilename?: string,
      ): Promise<{ path: string; contentType?: string }>;
    };
    readonly commands: { isControlCommandMessage(text: string, cfg: HostConfig): boolean };
  };
}
