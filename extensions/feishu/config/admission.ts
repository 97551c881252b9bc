import type { FeishuInboundMessage } from "../inbound/index.ts";
import type { Access, DropReason } from "./access.ts";

/** Why a message is not answered. */
export type RefusalReason = DropReason | "dm-not-allowed" | "sender-not-allowed" | "not-mentioned";

/** Whether a message is answered. */
export type Admission =
  | { readonly admitted: true; readonly access: Access & { kind: "ask" } }
  | { readonly admitted: false; readonly reason: RefusalReason };

/** Decides what the config leaves open, for a host that has no gate of its own; by the message's facts alone. */
export function admitMessage(message: FeishuInboundMessage, access: Access): Admission {
  if (access.kind === "drop") return { admitted: false, reason: access.reason };
  const { senders } = access;
  // Without an id nobody is named, not even by an entry that is empty.
  const isListed = senders === undefined || senders.includes("*") || isNamed(senders, message.sender.openId);
  if (!isListed)
    return { admitted: false, reason: message.chatType === "direct" ? "dm-not-allowed" : "sender-not-allowed" };
  if (access.requireMention && !message.mentionedBot) return { admitted: false, reason: "not-mentioned" };
  return { admitted: true, access };
}

const isNamed = (senders: readonly string[], openId: string): boolean => openId !== "" && senders.includes(openId);
