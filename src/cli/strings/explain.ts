import type { Language } from "../../plugin-sdk/index.ts";

/** What `cardstream explain` says. */
interface ExplainStrings {
  readonly noCode: string;
  readonly only: string;
  readonly whenText: string;
  readonly source: string;
  readonly here: string;
  /** What cardstream does by itself, by kind. */
  readonly kinds: Readonly<Record<string, string>>;
  /** In the place of a kind: the code is seen by people. */
  readonly shown: string;
  readonly pressed: string;
  readonly connecting: string;
  readonly refused: string;
  unknown(code: string): string;
  /** Where a code probably comes from, by its number. */
  readonly ranges: Readonly<Record<"gateway" | "cardkit" | "message" | "other", string>>;
  readonly search: string;
  near(codes: string): string;
  readonly modelError: string;
}

/** By language. */
export const explainStrings: Readonly<Record<Language, ExplainStrings>> = {
  en: {
    noCode: "Give a code, for example: cardstream explain 300317",
    only: "only for",
    whenText: "when Feishu says",
    source: "source",
    here: "cardstream",
    kinds: {
      "rate-limited": "waits as long as Feishu asks; newer text replaces what waits",
      unauthenticated: "renews the token once",
      forbidden: "does not try again; replies go on by a simpler means where one is left",
      "not-found": "goes on in a new card",
      expired: "goes on in a new card",
      "sequence-conflict": "sends again with a larger sequence",
      duplicate: "takes the write as done",
      "too-large": "continues in the next card",
      "streaming-closed": "switches streaming mode on again",
      "element-missing": "tries again, then writes the whole card",
      busy: "tries again",
      server: "tries again",
      invalid: "writes the whole card, then falls back to a simpler form",
      unknown: "when a write of a reply is answered with it: tries again a few times, then falls back",
    },
    shown: "shown to who pressed something in a card",
    pressed: "hears nothing of it and tries nothing again; another press is a new one",
    connecting: "ends the start with it; a connection that had worked is opened again after some minutes",
    refused: "does not try again; whoever asked for it gets the error",
    unknown: (code) => `${code} is not in the table of this version.`,
    ranges: {
      gateway: "Its number is of the gateway: token, permissions, rate limits.",
      cardkit: "Its number is of CardKit: cards and their elements.",
      message: "Its number is of messages (im).",
      other: "Its number does not tell which API it is of.",
    },
    search: "Search Feishu's documents, or ask their support with the log id of the answer:",
    near: (codes) => `Known codes next to it: ${codes}`,
    modelError: "an error of the model's stream, not of Feishu",
  },
  zh: {
    noCode: "请给出错误码，例如：cardstream explain 300317",
    only: "仅限接口",
    whenText: "当飞书返回文字",
    source: "来源",
    here: "cardstream",
    kinds: {
      "rate-limited": "按飞书要求等待，其间由更新的文本取代",
      unauthenticated: "自动刷新令牌一次",
      forbidden: "不再重试；若有更简单的方式则降级继续",
      "not-found": "改用新卡片继续",
      expired: "改用新卡片继续",
      "sequence-conflict": "使用更大的 sequence 重发",
      duplicate: "视为已生效",
      "too-large": "在下一张卡片继续",
      "streaming-closed": "重新开启流式模式",
      "element-missing": "稍后重试，再不行则整卡更新",
      busy: "重试",
      server: "重试",
      invalid: "整卡更新，再不行则降级为更简单的形式",
      unknown: "若写入回复时返回：重试几次后降级",
    },
    shown: "点击卡片的人看到的错误",
    pressed: "不会收到该错误，也不会重试；再次点击是一次新的交互",
    connecting: "启动时遇到则启动失败；曾经连上的连接会在几分钟后重新建立",
    refused: "不再重试，错误返回给调用方",
    unknown: (code) => `本版本的错误码表中没有 ${code}。`,
    ranges: {
      gateway: "从号段看属于网关：令牌、权限、频率限制。",
      cardkit: "从号段看属于 CardKit：卡片及其组件。",
      message: "从号段看属于消息接口（im）。",
      other: "从号段看不出属于哪个接口。",
    },
    search: "请搜索飞书文档，或带上返回的 log id 咨询飞书支持：",
    near: (codes) => `相邻的已知错误码：${codes}`,
    modelError: "这是模型流的错误，不是飞书的错误",
  },
};
