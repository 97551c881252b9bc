import { z } from "zod";
import { feishuChannelSchema } from "../config/index.ts";

const emptyObject = { type: "object", additionalProperties: false, properties: {} };

/**
 * The contents of `openclaw.plugin.json`. The plugin id is the channel id `feishu`: with any other id the host's doctor would try
 * to install the official package for the configured channel.
 */
export function buildManifest(version: string): Record<string, unknown> {
  return {
    id: "feishu",
    name: "Feishu/Lark (cardstream)",
    description: "Feishu and Lark with streaming cards: every word visible exactly once.",
    version,
    categories: ["channels"],
    activation: { onStartup: false },
    channels: ["feishu"],
    skills: ["./skills"],
    configSchema: emptyObject,
    channelConfigs: {
      feishu: {
        label: "Feishu/Lark",
        description: "Feishu (飞书) and Lark bots with streaming cards",
        schema: z.toJSONSchema(feishuChannelSchema, { target: "draft-7", io: "input" }),
        uiHints: {
          appId: { label: "App ID" },
          appSecret: { label: "App secret", sensitive: true },
          encryptKey: { label: "Encrypt key", sensitive: true },
          verificationToken: { label: "Verification token", sensitive: true },
          "shared.redis": {
            label: "Shared Redis",
            help: "Where several gateways of one app meet: redis://host:6379, rediss://user:password@host:6379 with TLS, or redis+sentinel://host,host2/master. CARDSTREAM_REDIS in the environment does the same.",
            sensitive: true,
          },
          streaming: {
            label: "Streaming cards",
            help: "true streams replies into a card; false sends them when they are complete.",
          },
          liveSource: {
            label: "Live source",
            help: "Reads the model's own stream. Works only together with plugins.entries.feishu.hooks.allowConversationAccess.",
          },
        },
      },
    },
  };
}
