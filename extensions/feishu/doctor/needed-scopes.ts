import type { Localized } from "../../../src/plugin-sdk/index.ts";

/** A permission and what it is for. */
export interface NeededScope {
  /** Any one is enough; the first is the one to ask for. */
  readonly anyOf: readonly [string, ...string[]];
  readonly purpose: Localized;
  /** Without it the bot does not do its work. */
  readonly required: boolean;
}

/**
 * The permissions that docs/en/how-to/permissions.md lists.
 * @see Feishu server API: "Required scopes" of each CardKit and IM page
 */
export const NEEDED_SCOPES: readonly NeededScope[] = [
  {
    anyOf: ["cardkit:card:write"],
    purpose: { en: "stream cards", zh: "流式卡片" },
    required: true,
  },
  {
    anyOf: ["im:message:send_as_bot", "im:message", "im:message:send"],
    purpose: { en: "send and change messages", zh: "发送与更新消息" },
    required: true,
  },
  {
    anyOf: ["im:message.p2p_msg:readonly", "im:message.p2p_msg"],
    purpose: { en: "receive one-to-one messages", zh: "接收单聊消息" },
    required: true,
  },
  {
    anyOf: ["im:message.group_at_msg:readonly", "im:message.group_at_msg", "im:message.group_msg"],
    purpose: { en: "receive mentions in groups", zh: "接收群内 @ 消息" },
    required: false,
  },
  {
    anyOf: ["im:message:readonly", "im:message", "im:message.history:readonly"],
    purpose: { en: "read quoted messages", zh: "读取引用的消息" },
    required: false,
  },
  {
    anyOf: ["im:message.reactions:write_only", "im:message"],
    purpose: { en: "show the typing emoji", zh: "显示“正在输入”表情" },
    required: false,
  },
  {
    anyOf: ["im:resource", "im:resource:upload"],
    purpose: { en: "send pictures and files", zh: "发送图片与文件" },
    required: false,
  },
  {
    anyOf: ["im:chat:readonly", "im:chat", "im:chat:read"],
    purpose: { en: "list chats", zh: "列出群" },
    required: false,
  },
];
