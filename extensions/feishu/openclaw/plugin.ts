import { createChatChannelPlugin } from "openclaw/plugin-sdk/channel-core";
import { defaultAccountId, listAccountIds, resolveAccount, type ResolvedAccount } from "./account.ts";
import type { PluginShape } from "./plugin-shape.ts";

/** The channel as the host sees it. */
export const feishuPlugin: PluginShape = createChatChannelPlugin<ResolvedAccount>({
  base: {
    id: "feishu",
    meta: {
      id: "feishu",
      label: "Feishu",
      selectionLabel: "Feishu/Lark (飞书)",
      docsPath: "/channels/feishu",
      blurb: "Feishu and Lark bots whose replies stream into a card.",
      aliases: ["lark"],
    },
    capabilities: {
      chatTypes: ["direct", "group"],
      media: true,
      reactions: true,
      edit: true,
      unsend: true,
      reply: true,
      threads: true,
      blockStreaming: true,
    },
    reload: { configPrefixes: ["channels.feishu"] },
    config: {
      listAccountIds,
      resolveAccount,
      defaultAccountId,
      isConfigured: (account) => account.configured,
      isEnabled: (account) => account.enabled,
      unconfiguredReason: () => "channels.feishu.appId and appSecret are needed",
      describeAccount: (account) => ({
        accountId: account.accountId,
        enabled: account.enabled,
        configured: account.configured,
      }),
    },
    gateway: {
      startAccount: async (ctx) => {
        ctx.setStatus({ ...ctx.getStatus(), running: true, connected: true });
        await new Promise((resolve) => {
          ctx.abortSignal.addEventListener("abort", resolve, { once: true });
        });
      },
    },
  },
});
