import { resolveAccount } from "../account/account.ts";
import type { HostConfig } from "../host/index.ts";
import { parsePlace } from "./target.ts";

/** What the host knows of the conversation that a turn answers. */
export interface TurnContext {
  /** Where it is, as a target. */
  readonly To?: string;
  /** The topic it is in. */
  readonly MessageThreadId?: string | number;
}

/** What the `message` tool knows of it. */
export interface ToolContext {
  currentChannelId?: string;
  currentThreadTs?: string;
  hasRepliedRef?: { value: boolean };
}

type ReplyToMode = "off" | "first" | "all" | "batched";

/** How messages that the agent sends during a turn relate to it. */
export interface Threading {
  resolveReplyToMode(params: { cfg: HostConfig; accountId?: string | null }): ReplyToMode;
  buildToolContext(params: { context: TurnContext; hasRepliedRef?: { value: boolean } }): ToolContext;
  resolveAutoThreadId(params: { to: string; toolContext?: ToolContext; replyToId?: string | null }): string | undefined;
}

/** What the agent sends to the chat that it is asked in stays in the topic that it is asked in. */
export const threading: Threading = {
  resolveReplyToMode: ({ cfg, accountId }) => resolveAccount(cfg, accountId).config.replyToMode ?? "off",
  buildToolContext: ({ context, hasRepliedRef }) => ({
    ...(context.To !== undefined && { currentChannelId: context.To }),
    ...(context.MessageThreadId !== undefined && { currentThreadTs: String(context.MessageThreadId) }),
    ...(hasRepliedRef !== undefined && { hasRepliedRef }),
  }),
  resolveAutoThreadId: ({ to, toolContext, replyToId }) => {
    // A reply is where the message is that it replies to.
    if (replyToId) return undefined;
    const place = parsePlace(to);
    const current = parsePlace(toolContext?.currentChannelId ?? "");
    const isHere =
      place?.kind === "chat" &&
      current?.kind === "chat" &&
      place.chatId === current.chatId &&
      place.topic === undefined;
    return isHere ? toolContext?.currentThreadTs : undefined;
  },
};
