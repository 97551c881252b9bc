import type { FeishuCardAction, FeishuCardActionAnswer } from "./card-action.ts";
import type { FeishuInboundMessage } from "./message.ts";
import type { FeishuBotMembership, FeishuChatEntered, FeishuReaction, FeishuRecall } from "./notices.ts";

/** How a connection is doing. `failed` is final: Feishu refused the app when it connected. */
export type ConnectionState = "connecting" | "connected" | "reconnecting" | "disconnected" | "failed";

/** A change of a connection's state, with the error that caused it if there was one. */
export interface ConnectionStatus {
  readonly accountId: string;
  readonly state: ConnectionState;
  readonly error?: Error | undefined;
}

/**
 * Who wants to know. Everything is told once, however often Feishu delivers it. Within a chat, a handler that returns a promise is
 * awaited before the next message of that chat is told: return one only while order matters, not for a whole turn. What a handler
 * throws is logged and goes no further.
 */
export interface FeishuListener {
  /** A message goes into the queue that processes share; the one that answers there is told of it by `onMessage`. */
  onComing?(message: FeishuInboundMessage): void;
  onMessage?(message: FeishuInboundMessage): void | Promise<void>;
  /** The answer has to be there within 2.5 s; later ones are lost and the person sees no change. */
  onCardAction?(
    action: FeishuCardAction,
  ): FeishuCardActionAnswer | undefined | Promise<FeishuCardActionAnswer | undefined>;
  onReaction?(reaction: FeishuReaction): void | Promise<void>;
  onBotMembership?(membership: FeishuBotMembership): void | Promise<void>;
  onRecall?(recall: FeishuRecall): void | Promise<void>;
  onChatEntered?(entered: FeishuChatEntered): void | Promise<void>;
  onStatus?(status: ConnectionStatus): void;
}
