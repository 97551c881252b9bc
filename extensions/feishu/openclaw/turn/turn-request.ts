import { defineStableChannelIngressIdentity } from "openclaw/plugin-sdk/channel-ingress-runtime";
import type { FeishuInboundMessage } from "../../inbound/index.ts";
import { conversationPeer } from "../../config/index.ts";
import type { Access, ResolvedAccount } from "../../config/index.ts";
import { toGate } from "./gate.ts";
import type {
  AgentRoute,
  ContextRequest,
  HistoryEntry,
  HostConfig,
  HostRuntime,
  HostValue,
  InboundMediaFact,
  IngressDecision,
  IngressIdentity,
  PeerKind,
} from "../host/index.ts";

/** A message on its way into a turn: where it goes and what the host's policy says. */
export interface Admitted {
  readonly cfg: HostConfig;
  readonly kind: PeerKind;
  readonly peerId: string;
  readonly route: AgentRoute;
  readonly ingress: IngressDecision;
}

/** How a message came in: written, or by a press on a button or an emoji (which need no mention and never pair). */
export type Origin = "message" | "button" | "reaction";

const identity: IngressIdentity = defineStableChannelIngressIdentity({
  key: "feishu-open-id",
  normalize: (value) =>
    value
      .trim()
      .replace(/^(?:feishu|lark):/iu, "")
      .replace(/^user:/iu, ""),
  sensitivity: "pii",
});

/** Asks the host which agent a message is for, and whether its sender may talk to it. */
export async function admit(
  runtime: HostRuntime,
  account: ResolvedAccount,
  message: FeishuInboundMessage,
  access: Access & { kind: "ask" },
  origin: Origin,
): Promise<Admitted> {
  const cfg = runtime.config.current();
  const { accountId, config } = account;
  const kind: PeerKind = message.chatType;
  const peerId = conversationPeer(message, access);
  const parent = peerId === message.chatId || kind === "direct" ? {} : { parentPeer: { kind, id: message.chatId } };
  const route = runtime.channel.routing.resolveAgentRoute({
    cfg,
    channel: "feishu",
    accountId,
    peer: { kind, id: peerId },
    ...parent,
  });
  const hasControlCommand = runtime.channel.commands.isControlCommandMessage(message.commandText, cfg);
  const isGroup = kind === "group";
  const ingress = await runtime.channel.inbound.ingress.resolve({
    channelId: "feishu",
    accountId,
    // The host made it.
    identity: identity as HostValue,
    subject: { stableId: message.sender.openId },
    conversation: { kind, id: peerId },
    contextBinding: {
      agentId: route.agentId,
      sessionKey: route.sessionKey,
      messageId: message.messageId,
      inboundEventKind: "user_request",
      nativeChannelId: message.chatId,
    },
    event: {
      kind: origin,
      authMode: origin === "button" && hasControlCommand ? "command" : "inbound",
      mayPair: !isGroup && origin === "message",
    },
    ...toGate(message, access, config, origin === "message"),
    ...(isGroup && { mentionFacts: { canDetectMention: true, wasMentioned: message.mentionedBot } }),
    readStoreAllowFrom: () => runtime.channel.pairing.readAllowFromStore({ channel: "feishu", accountId }),
    command: { allowTextCommands: true, hasControlCommand },
  });
  return { cfg, kind, peerId, route, ingress };
}

/** The message that another one answers. */
export interface Quote {
  readonly messageId: string;
  readonly text: string;
  /** Name, or id where the name is not known. */
  readonly sender: string;
}

/** What else the agent is told. */
export interface TurnFacts {
  readonly senderName: string | undefined;
  readonly chatName: string | undefined;
  readonly text: string;
  readonly media: readonly InboundMediaFact[];
  readonly quote: Quote | undefined;
  readonly history: readonly HistoryEntry[];
  readonly systemPrompt: string | undefined;
}

/** The target by which the host reaches a conversation again. */
function replyAddress(message: FeishuInboundMessage): string {
  return message.chatType === "direct" ? `user:${message.sender.openId}` : `chat:${message.chatId}`;
}

/** What the host's context is built from. */
export function toContextRequest(
  account: ResolvedAccount,
  message: FeishuInboundMessage,
  access: Access & { kind: "ask" },
  admitted: Admitted,
  facts: TurnFacts,
): ContextRequest {
  const { kind, peerId, route, ingress } = admitted;
  const to = replyAddress(message);
  const { senderName, chatName, text, media, quote, history, systemPrompt } = facts;
  return {
    // The host made it.
    channelIngress: ingress as HostValue,
    channel: "feishu",
    accountId: account.accountId,
    messageId: message.messageId,
    timestamp: message.createdAt,
    from: `feishu:${message.sender.openId}`,
    sender: {
      id: message.sender.openId,
      ...(senderName !== undefined && { name: senderName }),
      ...(message.sender.type === "bot" && { isBot: true }),
    },
    conversation: {
      kind,
      id: peerId,
      nativeChannelId: message.chatId,
      routePeer: { kind, id: peerId },
      ...((chatName ?? senderName) !== undefined && { label: chatName ?? senderName ?? "" }),
      ...(message.threadId !== undefined && { threadId: message.threadId }),
    },
    route: { agentId: route.agentId, accountId: account.accountId, routeSessionKey: route.sessionKey },
    reply: {
      to,
      originatingTo: to,
      replyToId: message.messageId,
      ...(message.threadId !== undefined && { messageThreadId: message.threadId }),
    },
    message: {
      body: text,
      bodyForAgent: text,
      rawBody: text,
      commandBody: message.commandText,
      ...(history.length > 0 && { inboundHistory: [...history] }),
    },
    ...(media.length > 0 && { media: media as HostValue }),
    access: {
      commands: { authorized: ingress.commandAccess.authorized },
      ...(kind === "group" && {
        mentions: {
          canDetectMention: true,
          wasMentioned: message.mentionedBot,
          requireMention: access.requireMention,
        },
      }),
    },
    supplemental: {
      ...(quote !== undefined && {
        quote: { id: quote.messageId, body: quote.text, sender: quote.sender, isQuote: true },
      }),
      ...(systemPrompt !== undefined && { groupSystemPrompt: systemPrompt }),
    },
  };
}
