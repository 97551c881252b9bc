import type { Language } from "../../../src/plugin-sdk/index.ts";

/** What a bot made with `createBot` says by itself. */
export interface BotStrings {
  readonly stop: string;
  readonly thanks: string;
  readonly asking: string;
  readonly handlerFailed: string;
  readonly recalled: string;
  readonly chatLost: string;
  readonly tooManyWaiting: string;
  readonly stoppingUnanswered: string;
  readonly interruptedUnanswered: string;
}

export const botStrings: Readonly<Record<Language, BotStrings>> = {
  en: {
    stop: "Stop",
    thanks: "Thank you for the feedback",
    asking: "Asking",
    handlerFailed: "⚠️ Incomplete: the bot ran into an error",
    recalled: "⚠️ Incomplete: the question was taken back",
    chatLost: "⚠️ Incomplete: the bot was removed from this chat",
    tooManyWaiting: "Too many messages are waiting here already. Please send this one again later.",
    stoppingUnanswered: "The bot is stopping and could not answer this message. Please send it again later.",
    interruptedUnanswered: "The bot was interrupted while it dealt with this message. Please check, and send it again.",
  },
  zh: {
    stop: "停止",
    thanks: "感谢你的反馈",
    asking: "正在提问",
    handlerFailed: "⚠️ 回答未完成：机器人出错了",
    recalled: "⚠️ 回答未完成：提问已被撤回",
    chatLost: "⚠️ 回答未完成：机器人已被移出此会话",
    tooManyWaiting: "这里等待回答的消息太多了，请稍后重新发送这一条。",
    stoppingUnanswered: "机器人正在停止，未能回答这条消息，请稍后重新发送。",
    interruptedUnanswered: "机器人处理这条消息时中断了，请确认后重新发送。",
  },
};
