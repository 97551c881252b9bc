export { detectLanguage, languageOfLocale } from "./language.ts";
export type { Language, Localized } from "./language.ts";
export { formatConfigIssues } from "./config-issue.ts";
export type { ConfigIssue } from "./config-issue.ts";
export { createJournal } from "./journal.ts";
export type { Journal, OrphanCard } from "./journal.ts";
export { journalCards } from "./journal-cards.ts";
export { openJournal } from "./open-journal.ts";
export { makeFolder } from "./make-folder.ts";
export { QuestionQueue } from "./question-queue.ts";
export type { QuestionQueueOptions, QueuedQuestion } from "./question-queue.ts";
export type { ChannelQuestion, ChannelQuestions, QuestionHandler } from "./question.ts";
export { keysAt } from "./schema-keys.ts";
export { pressAnswers } from "./press-answers.ts";
export type { PressOutcome } from "./press-answers.ts";
export { isCommandName, readSlashCommand } from "./slash-command.ts";
export { wordlessMessage } from "./wordless.ts";
export { parseConfig } from "./parse-config.ts";
export type { ParsedConfig } from "./parse-config.ts";
export type { CardAction, CardActionAnswer, InboundMessage, LostChat, Person, QuotedMessage } from "./inbound.ts";
export type {
  AccountStreaming,
  ChannelAccount,
  ChannelCapabilities,
  ChannelConnection,
  ChannelPlugin,
  ChannelStartOptions,
  ConnectionStatus,
  IntakeEvent,
  OpenCard,
  OpenReplyOptions,
  ReplyButton,
  ReplyButtons,
  ReplyTarget,
  SharedIntake,
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
