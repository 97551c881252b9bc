export { createBot } from "./bot.ts";
export type { FeishuBot } from "./bot.ts";
export type { BotButton, MayPress } from "./buttons.ts";
export type {
  BotAnswered,
  BotContext,
  BotFeedback,
  BotHandlers,
  BotJoined,
  BotLeft,
  BotMiddleware,
  BotPress,
  BotReaction,
  BotRecalled,
  CommandHandler,
  CommandOptions,
  MessageHandler,
  PressAnswer,
} from "./events.ts";
export type { BotAttachment, BotCommand, BotMessage, BotPerson, BotQuote, BotSender } from "./message.ts";
export type { BotAccess, BotCard, BotErrorContext, BotOptions } from "./options.ts";
export type { BotReply } from "./reply.ts";
