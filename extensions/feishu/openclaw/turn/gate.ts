import { toSenders } from "../../config/index.ts";
import type { Access, FeishuAccountConfig } from "../../config/index.ts";
import type { FeishuInboundMessage } from "../../inbound/index.ts";
import type { IngressRequest } from "../host/index.ts";

/** The host's gate as it is set for one message: what the config leaves to the host to decide. */
export type Gate = Pick<IngressRequest, "policy" | "allowFrom" | "groupAllowFrom">;

/**
 * Hands the reading of the config to the host's gate, which compares ids as they are and knows who has paired.
 * @param byMention whether a message has to mention the bot where the config says so; a press and an emoji do not
 */
export function toGate(
  message: FeishuInboundMessage,
  access: Access & { kind: "ask" },
  config: Pick<FeishuAccountConfig, "allowFrom">,
  byMention: boolean,
): Gate {
  const { pairs, senders } = access;
  if (message.chatType === "direct") {
    const dmPolicy = pairs ? "pairing" : senders === undefined ? "open" : "allowlist";
    return {
      policy: { dmPolicy, groupPolicy: "disabled", groupAllowFromFallbackToAllowFrom: false },
      // The host takes "open" for those alone whom its list names.
      allowFrom: [...(senders ?? ["*"])],
      groupAllowFrom: [],
    };
  }
  return {
    policy: {
      dmPolicy: "disabled",
      groupPolicy: senders === undefined ? "open" : "allowlist",
      groupAllowFromFallbackToAllowFrom: false,
      activation: { requireMention: access.requireMention && byMention, allowTextCommands: true },
    },
    // In a group these say only who may give commands.
    allowFrom: toSenders(config.allowFrom, message.sender),
    groupAllowFrom: [...(senders ?? [])],
  };
}
