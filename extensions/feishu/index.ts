export { createReplyDispatcher } from "./reply-dispatcher.ts";
export type { ReplyDispatcher, ReplyDispatcherOptions, ReplySettings } from "./reply-dispatcher.ts";
export { closeOrphanCard, FeishuDelivery } from "./delivery/index.ts";
export type { DeliverySettings, FeishuDeliveryOptions, OrphanCard, Patience } from "./delivery/index.ts";
export type { CardHeader, CardLocale } from "./card/index.ts";
export { createFeishuClient, FeishuApiError, FeishuInputError, FeishuTransportError } from "./client/index.ts";
export type {
  CallOptions,
  CallRecord,
  FeishuAccount,
  FeishuClient,
  FeishuClientOptions,
  FeishuDomain,
} from "./client/index.ts";
export type { MessageTarget, SentMessage } from "./send.ts";
export { CallQuota, openQuota } from "./quota/index.ts";
export type { CallLedger, CallQuotaOptions, OpenQuotaOptions, QuotaLevel, QuotaSettings } from "./quota/index.ts";
export { createFeishuChannel } from "./channel.ts";
export type { FeishuChannelOptions } from "./channel.ts";
export type { FeishuChannelAccount } from "./channel-config.ts";
export { createWebImageLoader } from "./images/index.ts";
export type { LoadImage, WebImageLoader, WebImageLoaderOptions } from "./images/index.ts";
export { createFeishuInstance } from "./instance.ts";
export type { FeishuInstance, FeishuInstanceOptions } from "./instance.ts";
export { createFeishuMessenger } from "./messenger.ts";
export type { FeishuMessengerOptions } from "./messenger.ts";
export { FeishuStreamingCard, streamTo } from "./streaming-card.ts";
export type { CardTarget, StartCardOptions } from "./streaming-card.ts";
export { createFeishuTools } from "./tools/index.ts";
export type { FeishuToolsOptions, StreamLimits } from "./tools/index.ts";
export { examineFeishu } from "./doctor/index.ts";
export type { ExamineOptions, Finding } from "./doctor/index.ts";
