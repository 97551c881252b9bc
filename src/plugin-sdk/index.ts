export { detectLanguage, languageOfLocale } from "./language.ts";
export type { Language, Localized } from "./language.ts";
export { formatConfigIssues } from "./config-issue.ts";
export type { ConfigIssue } from "./config-issue.ts";
export { parseConfig } from "./parse-config.ts";
export type { ParsedConfig } from "./parse-config.ts";
export type { CardAction, CardActionAnswer, InboundMessage, Person } from "./inbound.ts";
export type {
  AccountStreaming,
  ChannelAccount,
  ChannelCapabilities,
  ChannelConnection,
  ChannelPlugin,
  ChannelStartOptions,
  ConnectionStatus,
  OpenCard,
  OpenReplyOptions,
  ReplyButton,
  ReplyButtons,
  ReplyTarget,
} from "./channel.ts";
export { ChannelError } from "./message-channel.ts";
export type {
  ChannelCallOptions,
  ChannelErrorKind,
  Chat,
  ChatPage,
  MessageChannel,
  OutgoingContent,
  OutgoingMessage,
  OutgoingTarget,
  StreamingReplyOptions,
  UpdatedContent,
} from "./message-channel.ts";
export { ChannelToolError, defineChannelTool } from "./channel-tool.ts";
export type {
  ChannelTool,
  ChannelToolCall,
  ChannelToolHints,
  ChannelToolResult,
  ChannelToolset,
} from "./channel-tool.ts";
