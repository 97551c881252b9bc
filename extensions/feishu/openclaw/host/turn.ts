import type { DeliveryInfo, DeliveryOutcome, ReplyOptions, ReplyPayload } from "./reply.ts";
import type { HostConfig, HostValue } from "./values.ts";

/** The answer to `inbound.run`. */
export interface TurnResult {
  readonly dispatched: boolean;
}

/** What the host calls to run one turn. */
export interface TurnRequest<Raw> {
  channel: "feishu";
  accountId: string;
  raw: Raw;
  /** Present: the host takes the message at once, also while another turn of the conversation runs. */
  turnAdoptionLifecycle?: { onAdopted(): void };
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
