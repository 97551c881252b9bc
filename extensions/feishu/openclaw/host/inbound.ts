import type { HostValue, PeerKind } from "./values.ts";

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
