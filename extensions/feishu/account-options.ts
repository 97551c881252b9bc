import type { FeishuChannelAccount } from "./config/index.ts";
import type { FeishuInstanceOptions } from "./instance.ts";

/** What the settings of an account say for {@link createFeishuInstance}. */
export function accountOptions({ id, appId, appSecret, domain, config }: FeishuChannelAccount): FeishuInstanceOptions {
  return {
    name: id,
    appId,
    appSecret,
    domain,
    proxy: config.proxy,
    timeoutMs: config.httpTimeoutMs,
    images: config.card?.images,
    quota: config.quota,
  };
}
