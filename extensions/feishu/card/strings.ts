/** Languages of the words that cardstream itself puts on a card. */
export type CardLocale = "zh" | "en";

/** The words of one language. `seconds` are whole seconds. */
export interface CardStrings {
  readonly thinking: string;
  readonly writing: string;
  readonly thoughts: string;
  readonly running: (tool: string) => string;
  readonly elapsed: (status: string, seconds: number) => string;
  readonly interrupted: string;
  /** In the header of a card that goes on where one before it ended. */
  readonly continued: string;
  readonly stopped: (by: string | undefined) => string;
  readonly failed: (code: string, detail?: string) => string;
  readonly generating: string;
  /** The rest of a reply, so many characters, follows as a file. */
  readonly restInFile: (chars: number) => string;
  readonly empty: string;
}

const REASONS: Record<CardLocale, Record<string, string>> = {
  zh: {
    truncated: "模型的回答在中途断开",
    "idle-timeout": "模型长时间没有继续输出",
    "progress-timeout": "模型长时间没有新的内容",
    "header-timeout": "模型没有响应",
    "first-event-timeout": "模型没有开始回答",
    "connection-lost": "与模型的连接断开",
    "provider-error": "模型服务返回错误",
    interrupted: "服务重启，回答被中断",
    timeout: "超过时间限制",
    length: "达到模型的长度上限",
    "content-filter": "被模型的内容过滤中止",
    paused: "模型服务暂停了这次回答",
    "unknown-ending": "模型以未知的原因结束",
    unauthorized: "模型服务拒绝了密钥",
    "quota-exceeded": "模型服务繁忙或额度已用完",
    overloaded: "模型服务负载过高",
    "bad-input": "内容无法读取",
    "too-long": "内容过长",
    "client-gone": "发送方断开了连接",
    undeliverable: "其余内容无法送达",
  },
  en: {
    truncated: "the model's answer broke off",
    "idle-timeout": "the model fell silent",
    "progress-timeout": "the model sent nothing new for too long",
    "header-timeout": "the model did not respond",
    "first-event-timeout": "the model did not begin to answer",
    "connection-lost": "the connection to the model was lost",
    "provider-error": "the model's service returned an error",
    interrupted: "the service restarted",
    timeout: "the time limit was reached",
    length: "the model's length limit was reached",
    "content-filter": "the model's content filter stopped it",
    paused: "the model's service paused this answer",
    "unknown-ending": "the model stopped for a reason that is unknown here",
    unauthorized: "the model's service refused the key",
    "quota-exceeded": "the model's service is busy, or its quota is used up",
    overloaded: "the model's service is overloaded",
    "bad-input": "the content cannot be read",
    "too-long": "the content is too long",
    "client-gone": "the sender disconnected",
    undeliverable: "the rest cannot be delivered",
  },
};

const STRINGS: Record<CardLocale, CardStrings> = {
  zh: {
    thinking: "正在思考…",
    writing: "正在书写…",
    thoughts: "思考过程",
    running: (tool) => `正在运行 ${tool}`,
    elapsed: (status, seconds) => `${status} · ${seconds} 秒`,
    interrupted: "⚠️ 回答中断",
    continued: "接上文",
    stopped: (by) => (by === undefined ? "⏹ 已停止" : `⏹ 已由 ${by} 停止`),
    failed: (code, detail) =>
      `⚠️ 回答未完成：${REASONS.zh[code] ?? code}${detail === undefined ? "" : `（${detail}）`}`,
    generating: "正在生成…",
    restInFile: (chars) => `内容过长，其余 ${chars} 字见下面的文件。`,
    empty: "（没有内容）",
  },
  en: {
    thinking: "Thinking…",
    writing: "Writing…",
    thoughts: "Thoughts",
    running: (tool) => `Running ${tool}`,
    elapsed: (status, seconds) => `${status} · ${seconds} s`,
    interrupted: "⚠️ Interrupted",
    continued: "Continued",
    stopped: (by) => (by === undefined ? "⏹ Stopped" : `⏹ Stopped by ${by}`),
    failed: (code, detail) => `⚠️ Incomplete: ${REASONS.en[code] ?? code}${detail === undefined ? "" : ` (${detail})`}`,
    generating: "Writing…",
    restInFile: (chars) => `The answer is very long: the remaining ${chars} characters are in the file below.`,
    empty: "(no content)",
  },
};

/** The card's words in `locale`. */
export function cardStrings(locale: CardLocale): CardStrings {
  return STRINGS[locale];
}
