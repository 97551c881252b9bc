import "../../src/runtime/index.ts";
export { createBot } from "./bot/index.ts";
export { sharedScope } from "./app-process.ts";
export type { SharedRedis } from "./shared-redis.ts";
export type {
  BotAccess,
  BotAnswered,
  BotAttachment,
  BotButton,
  BotCard,
  BotCommand,
  BotContext,
  BotErrorContext,
  BotFeedback,
  BotHandlers,
  BotJoined,
  BotLeft,
  BotMessage,
  BotMiddleware,
  BotOptions,
  BotPerson,
  BotPress,
  BotQuote,
  BotReaction,
  BotRecalled,
  BotReply,
  BotSender,
  CommandHandler,
  CommandOptions,
  FeishuBot,
  MayPress,
  MessageHandler,
  PressAnswer,
} from "./bot/index.ts";
export type { DedupeStore, FeishuMention, FeishuQuote } from "./inbound/index.ts";
export {
  batchImportScopes,
  larkCliVersion,
  qrCode,
  registerApp,
  RegistrationError,
  runLarkCli,
  setUpLarkCli,
  wantedAddons,
} from "./registration/index.ts";
export type {
  AppAddons,
  RegisterAppOptions,
  RegisteredApp,
  RegistrationErrorCode,
  RegistrationLink,
} from "./registration/index.ts";
export { createReplyDispatcher } from "./reply-dispatcher.ts";
export type { ReplyDispatcher, ReplyDispatcherOptions, ReplySettings } from "./reply-dispatcher.ts";
export { closeOrphanCard, FeishuDelivery } from "./delivery/index.ts";
export type { DeliverySettings, FeishuDeliveryOptions, OrphanCard, Patience } from "./delivery/index.ts";
export type { CardHeader, CardLocale } from "./card/index.ts";
export {
  createFeishuClient,
  createOwnFetch,
  FeishuApiError,
  FeishuInputError,
  FeishuTransportError,
  finalCause,
  proveAccess,
} from "./client/index.ts";
export type {
  CallOptions,
  CallRecord,
  FeishuAccount,
  FeishuClient,
  FeishuClientOptions,
  FeishuDomain,
  FinalCause,
  ProveAccessOptions,
} from "./client/index.ts";
export type { MessageTarget, SentMessage } from "./send.ts";
export { openKnownWorld } from "./known-world/index.ts";
export { CallQuota, openQuota } from "./quota/index.ts";
export type { CallLedger, CallQuotaOptions, OpenQuotaOptions, QuotaLevel, QuotaSettings } from "./quota/index.ts";
export { accountOptions } from "./account-options.ts";
export { createFeishuChannel } from "./channel.ts";
export type { FeishuChannelOptions } from "./channel.ts";
export { cardSettings, feishuChannelSchema } from "./config/index.ts";
export type { FeishuChannelAccount } from "./config/index.ts";
export { createWebImageLoader, imageFormat, openImageSource } from "./images/index.ts";
export type { ImageSource, LoadImage, WebImageLoader, WebImageLoaderOptions } from "./images/index.ts";
export { createFeishuInstance } from "./instance.ts";
export type { FeishuInstance, FeishuInstanceOptions } from "./instance.ts";
export { createFeishuMessenger } from "./messenger.ts";
export type { FeishuMessengerOptions } from "./messenger.ts";
export { FeishuStreamingCard, streamTo } from "./streaming-card.ts";
export type { CardTarget, StartCardOptions } from "./streaming-card.ts";
export { createFeishuTools } from "./tools/index.ts";
export type { FeishuToolset, FeishuToolsOptions, StreamLimits } from "./tools/index.ts";
export { examineFeishu, explainFailure } from "./doctor/index.ts";
export type { ExamineOptions, Finding } from "./doctor/index.ts";
