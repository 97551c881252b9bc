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
  readonly stopped: (by: string | undefined) => string;
  readonly failed: (code: string) => string;
  readonly generating: string;
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
    "bad-input": "内容无法读取",
    "too-long": "内容过长",
    "client-gone": "发送方断开了连接",
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
    "bad-input": "the content cannot be read",
    "too-long": "the content is too long",
    "client-gone": "the sender disconnected",
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
    stopped: (by) => (by === undefined ? "⏹ 已停止" : `⏹ 已由 ${by} 停止`),
    failed: (code) => `⚠️ 回答未完成：${REASONS.zh[code] ?? code}`,
    generating: "正在生成…",
    empty: "（没有内容）",
  },
  en: {
    thinking: "Thinking…",
    writing: "Writing…",
    thoughts: "Thoughts",
    running: (tool) => `Running ${tool}`,
    elapsed: (status, seconds) => `${status} · ${seconds} s`,
    interrupted: "⚠️ Interrupted",
    stopped: (by) => (by === undefined ? "⏹ Stopped" : `⏹ Stopped by ${by}`),
    failed: (code) => `⚠️ Incomplete: ${REASONS.en[code] ?? code}`,
    generating: "Writing…",
    empty: "(no content)",
  },
};

/** The card's words in `locale`. */
export function cardStrings(locale: CardLocale): CardStrings {
  return STRINGS[locale];
}
