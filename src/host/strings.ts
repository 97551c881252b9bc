import type { Language } from "../plugin-sdk/index.ts";

/** Everything the embedded host says to people in a chat, in one language. Codes of failures: see {@link failureText}. */
export interface HostStrings {
  readonly stop: string;
  readonly regenerate: string;
  readonly continue: string;
  /** What Continue asks the model. */
  readonly continuePrompt: string;
  readonly asker: string;
  retrying(attempt: number, seconds: number): string;
  usage(input: number | undefined, output: number | undefined, model: string): string;
  /** @param button whether there is a Continue button to press */
  cutByLength(button: boolean): string;
  readonly cutByFilter: string;
  /** @param reason the provider's own word */
  unknownEnding(reason: string | undefined, button: boolean): string;
  paused(button: boolean): string;
  readonly emptyAnswer: string;
  readonly toolEnded: string;
  readonly failures: Readonly<Record<string, string>>;
  readonly failedOtherwise: string;
  readonly tooManyWaiting: string;
  readonly stoppingUnanswered: string;
  readonly memoryCleared: string;
  readonly stopping: string;
  readonly nothingToStop: string;
  readonly onlyAskerStops: string;
  status(state: HostStatusFacts): string;
  models(names: readonly string[], current: string): string;
  modelChosen(name: string): string;
  modelUnknown(name: string, names: readonly string[]): string;
  readonly help: string;
}

/** What `/status` tells. */
interface HostStatusFacts {
  readonly model: string;
  readonly running: boolean;
  readonly waiting: number;
  readonly turns: number;
  readonly chars: number;
  readonly upMinutes: number;
}

const en: HostStrings = {
  stop: "Stop",
  regenerate: "Regenerate",
  continue: "Continue",
  continuePrompt: "Continue exactly where your last answer stopped. Do not repeat anything.",
  asker: "the person who asked",
  retrying: (attempt, seconds) => `The model did not answer; trying again in ${seconds} s (attempt ${attempt + 1})`,
  usage: (input, output, model) => `${model} · ${input ?? "?"} tokens in · ${output ?? "?"} out`,
  cutByLength: (button) =>
    `The model stopped at its length limit. ${button ? "Press Continue" : "Say “continue”"} for the rest.`,
  cutByFilter: "The model's provider filtered the rest of this answer.",
  unknownEnding: (reason, button) =>
    `⚠️ The model stopped for a reason that is unknown here${reason === undefined ? "" : ` (${reason})`}. ${button ? "Press Continue" : "Say “continue”"} if something is missing.`,
  paused: (button) =>
    `⚠️ The model's provider paused this answer. ${button ? "Press Continue" : "Say “continue”"} for the rest.`,
  emptyAnswer: "The model answered with nothing.",
  toolEnded: "ended with the turn",
  failures: {
    "header-timeout": "The model did not respond in time.",
    "first-event-timeout": "The model accepted the question but never began to answer.",
    "idle-timeout": "The model fell silent in the middle of its answer.",
    "progress-timeout": "The model kept the line open but sent no more text.",
    "total-timeout": "The answer took too long.",
    truncated: "The connection to the model ended in the middle of the answer.",
    "connection-lost": "The connection to the model was lost.",
    "not-sse": "The model's address answered, but not with a stream. Is the base URL right?",
    "provider-error": "The model's provider reported an error.",
    "content-filter": "The model's provider refused this for its content.",
    "too-large": "The model sent something larger than the limit.",
    closed: "The connection to the model was closed.",
    unauthorized: "The model's provider refused the bot's key.",
    "quota-exceeded": "The model's provider is busy, or the quota is used up. Please try again later.",
    overloaded: "The model's provider is overloaded. Please try again later.",
    deadline: "The answer took longer than allowed.",
    interrupted: "The bot was stopped while it was answering.",
    superseded: "A newer message took over.",
    "chat-lost": "The bot was removed from this chat.",
    internal: "Something went wrong in the bot.",
  },
  failedOtherwise: "The answer ended early.",
  tooManyWaiting: "Too many messages are waiting in this chat already. Please wait for the answers, or say /stop.",
  stoppingUnanswered: "The bot is being stopped and cannot answer this. Please ask again later.",
  memoryCleared: "New conversation: I have forgotten what was said before.",
  stopping: "Stopped.",
  nothingToStop: "Nothing is being answered right now.",
  onlyAskerStops: "Only the person who asked can stop this answer.",
  status: ({ model, running, waiting, turns, chars, upMinutes }) =>
    [
      `Model: ${model}`,
      `Now: ${running ? "answering" : "idle"}${waiting > 0 ? `, ${waiting} waiting` : ""}`,
      `Memory of this chat: ${turns} exchanges, ${chars} characters`,
      `Running for ${upMinutes} min`,
    ].join("\n"),
  models: (names, current) =>
    `Models:\n${names.map((name) => `- ${name}${name === current ? " (in use)" : ""}`).join("\n")}\nChoose with /model NAME`,
  modelChosen: (name) => `This chat uses ${name} from now on.`,
  modelUnknown: (name, names) => `There is no model ${name}. Known: ${names.join(", ")}`,
  help: [
    "/new  start a new conversation",
    "/stop  stop the answer being written",
    "/status  how things are",
    "/model  show or choose the model",
    "/help  this list",
  ].join("\n"),
};

const zh: HostStrings = {
  stop: "停止",
  regenerate: "重新生成",
  continue: "继续",
  continuePrompt: "请从上一条回答中断的地方接着写，不要重复已有内容。",
  asker: "提问者",
  retrying: (attempt, seconds) => `模型没有响应，${seconds} 秒后重试（第 ${attempt + 1} 次）`,
  usage: (input, output, model) => `${model} · 输入 ${input ?? "?"} tokens · 输出 ${output ?? "?"} tokens`,
  cutByLength: (button) => `已达到模型的长度上限，${button ? "点“继续”" : "回复“继续”"}可接着写。`,
  cutByFilter: "其余内容被模型服务商过滤。",
  unknownEnding: (reason, button) =>
    `⚠️ 模型以未知的原因结束${reason === undefined ? "" : `（${reason}）`}。如有缺失，${button ? "点“继续”" : "回复“继续”"}。`,
  paused: (button) => `⚠️ 模型服务商暂停了这次回答，${button ? "点“继续”" : "回复“继续”"}可接着写。`,
  emptyAnswer: "模型没有返回内容。",
  toolEnded: "随本轮结束",
  failures: {
    "header-timeout": "模型没有及时响应。",
    "first-event-timeout": "模型收到了问题，但一直没有开始回答。",
    "idle-timeout": "模型在回答中途没有了动静。",
    "progress-timeout": "模型保持着连接，但不再输出内容。",
    "total-timeout": "回答耗时过长。",
    truncated: "与模型的连接在回答中途结束。",
    "connection-lost": "与模型的连接中断。",
    "not-sse": "模型地址有响应，但不是流式数据，请检查 base URL。",
    "provider-error": "模型服务商返回了错误。",
    "content-filter": "模型服务商因内容拒绝了这次回答。",
    "too-large": "模型返回的单条数据超过上限。",
    closed: "与模型的连接已关闭。",
    unauthorized: "模型服务商拒绝了机器人的密钥。",
    "quota-exceeded": "模型服务商繁忙或额度已用完，请稍后再试。",
    overloaded: "模型服务商负载过高，请稍后再试。",
    deadline: "回答超过了允许的时间。",
    interrupted: "机器人在回答途中停止运行，回答中断。",
    superseded: "已转为回答更新的消息。",
    "chat-lost": "机器人已被移出本群。",
    internal: "机器人内部出错。",
  },
  failedOtherwise: "回答提前结束。",
  tooManyWaiting: "本会话排队的消息太多了，请等待回答，或发送 /stop。",
  stoppingUnanswered: "机器人正在停止，来不及回答这条消息，请稍后再问一次。",
  memoryCleared: "已开始新对话，之前的内容不再记得。",
  stopping: "已停止。",
  nothingToStop: "当前没有正在进行的回答。",
  onlyAskerStops: "只有提问者可以停止这条回答。",
  status: ({ model, running, waiting, turns, chars, upMinutes }) =>
    [
      `模型：${model}`,
      `当前：${running ? "正在回答" : "空闲"}${waiting > 0 ? `，${waiting} 条排队` : ""}`,
      `本会话记忆：${turns} 轮，${chars} 字`,
      `已运行 ${upMinutes} 分钟`,
    ].join("\n"),
  models: (names, current) =>
    `可用模型：\n${names.map((name) => `- ${name}${name === current ? "（使用中）" : ""}`).join("\n")}\n用 /model 名称 切换`,
  modelChosen: (name) => `本会话已改用 ${name}。`,
  modelUnknown: (name, names) => `没有名为 ${name} 的模型。可用：${names.join("、")}`,
  help: [
    "/new  开始新对话",
    "/stop  停止正在写的回答",
    "/status  查看状态",
    "/model  查看或切换模型",
    "/help  显示本列表",
  ].join("\n"),
};

/** The host's words by language. */
export const hostStrings: Readonly<Record<Language, HostStrings>> = { en, zh };

/** Why a turn failed, for a person; any code gives a sentence. @param reason the provider's own name for it, a word or a number */
export function failureText(strings: HostStrings, code: string, reason?: string): string {
  const text = strings.failures[code] ?? strings.failedOtherwise;
  if (code !== "provider-error" || reason === undefined) return text;
  return strings === zh ? text.replace(/。$/u, `（${reason}）。`) : text.replace(/\.$/u, ` (${reason}).`);
}
