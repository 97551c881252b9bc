import type { Language } from "../../plugin-sdk/index.ts";

/** What `cardstream send` and `cardstream chats` say. */
interface SendStrings {
  readonly noTarget: string;
  badTarget(option: string, form: string): string;
  readonly twoTargets: string;
  twoThings(options: readonly string[]): string;
  readonly noCard: string;
  readonly notJson: string;
  readonly typing: string;
  readonly empty: string;
  binary(encoding: string): string;
  badEncoding(encoding: string): string;
  badCard(source: string, why: string): string;
  noFile(path: string, why: string): string;
  readonly cardIsFile: string;
  tooLong(maxChars: number): string;
  readonly badMaxChars: string;
  sent(messageId: string): string;
  incomplete(delivered: number, total: number): string;
  /** Cards that could not be closed. `kept`: the next command on this app goes on trying. */
  owed(cards: number, kept: boolean): string;
  failed(why: string): string;
  /** The provider's stream that was piped in is not whole. */
  source(why: string): string;
  readonly thinkTags: string;
  remedy(text: string): string;
  readonly noChats: string;
  /** On the card itself, when the text ends early. */
  readonly note: {
    readonly interrupted: string;
    readonly tooLong: string;
    readonly notText: string;
    readonly inputFailed: string;
  };
}

/** By language. */
export const sendStrings: Readonly<Record<Language, SendStrings>> = {
  en: {
    noTarget:
      "Say where to: --chat oc_… (see `cardstream chats`), --user ou_… or an e-mail address, or --reply om_… for an answer to a message.",
    badTarget: (option, form) => `${option} takes ${form}.`,
    twoTargets: "--user cannot be used together with --chat or --reply: name one target.",
    twoThings: (options) => `${options.join(" and ")} cannot be used together: send one thing at a time.`,
    notJson: "it is not JSON.",
    noCard:
      'it has no elements. A card is {"schema": "2.0", "body": {"elements": […]}}, the older {"elements": […]}, or {"type": "template", "data": {…}}.',
    typing: "Reading what you type; Ctrl-D ends it.",
    empty: "The input was empty; nothing was sent.",
    binary: (encoding) =>
      `The input is not ${encoding} text, so it was not sent. For a picture use --image, for any other file --file; for text in another encoding --encoding (for example gb18030).`,
    badEncoding: (encoding) => `There is no encoding ${encoding}. Examples: utf-8, gb18030, utf-16le, shift_jis.`,
    badCard: (source, why) => `${source} is no card: ${why}`,
    noFile: (path, why) => `${path} cannot be read: ${why}`,
    cardIsFile: "--card takes the name of a file that holds the card; - for standard input.",
    tooLong: (maxChars) => `More than ${maxChars} characters came; the rest was left out (see --max-chars).`,
    badMaxChars: "--max-chars takes a whole number from 1.",
    sent: (messageId) => `sent as ${messageId}`,
    incomplete: (delivered, total) => `Only ${delivered} of ${total} characters are certain to be visible.`,
    owed: (cards, kept) =>
      `All that was delivered can be read, but ${cards} card(s) may still look unfinished: Feishu did not let them be closed. ${
        kept
          ? "The next cardstream command on this app goes on trying, for 14 days."
          : "Nothing goes on trying: without a state folder (stateDir) they are not remembered."
      }`,
    failed: (why) => `Not sent: ${why}`,
    source: (why) => `What was piped in is not a whole answer: ${why}`,
    thinkTags: "reasoning between <think> tags: auto (default), always, open (the text begins inside), off",
    remedy: (text) => `    → ${text}`,
    noChats: "The bot is in no group. Add it to one; people can be written to by --user.",
    note: {
      interrupted: "⚠️ Interrupted: the sending program was stopped",
      tooLong: "⚠️ Incomplete: the text was too long",
      notText: "⚠️ Incomplete: what followed was not text",
      inputFailed: "⚠️ Incomplete: the input broke off",
    },
  },
  zh: {
    noTarget:
      "请指定发往何处：--chat oc_…（可用 `cardstream chats` 查看）、--user ou_… 或邮箱，或用 --reply om_… 回复某条消息。",
    badTarget: (option, form) => `${option} 需要 ${form}。`,
    twoTargets: "--user 不能与 --chat 或 --reply 同时使用：请只指定一个目标。",
    twoThings: (options) => `${options.join("、")} 不能同时使用：每次只能发送一样内容。`,
    notJson: "它不是 JSON。",
    noCard:
      '其中没有元素。卡片应为 {"schema": "2.0", "body": {"elements": […]}}、旧版 {"elements": […]} 或 {"type": "template", "data": {…}}。',
    typing: "正在读取键盘输入；按 Ctrl-D 结束。",
    empty: "输入为空，没有发送任何内容。",
    binary: (encoding) =>
      `输入不是 ${encoding} 文本，没有发送。图片请用 --image，其他文件请用 --file；其他编码的文本请用 --encoding（如 gb18030）。`,
    badEncoding: (encoding) => `没有名为 ${encoding} 的编码。例如：utf-8、gb18030、utf-16le、shift_jis。`,
    badCard: (source, why) => `${source} 不是卡片：${why}`,
    noFile: (path, why) => `无法读取 ${path}：${why}`,
    cardIsFile: "--card 需要存放卡片的文件名；- 表示标准输入。",
    tooLong: (maxChars) => `输入超过 ${maxChars} 个字符，其余已略去（见 --max-chars）。`,
    badMaxChars: "--max-chars 需要不小于 1 的整数。",
    sent: (messageId) => `已发送：${messageId}`,
    incomplete: (delivered, total) => `${total} 个字符中只有 ${delivered} 个确定可见。`,
    owed: (cards, kept) =>
      `已送达的内容均可阅读，但有 ${cards} 张卡片可能仍显示为未完成：飞书暂不接受收尾。${
        kept ? "14 天内，下一条针对该应用的 cardstream 命令会继续尝试。" : "没有状态目录（stateDir），不会再尝试。"
      }`,
    failed: (why) => `未发送：${why}`,
    source: (why) => `管道里的回答不完整：${why}`,
    thinkTags: "<think> 标签里的思考：auto（默认）、always、open（正文从标签内开始）、off",
    remedy: (text) => `    → ${text}`,
    noChats: "机器人不在任何群中。请先把它拉进群；给个人发消息请用 --user。",
    note: {
      interrupted: "⚠️ 已中断：发送程序被停止",
      tooLong: "⚠️ 未完整：文本过长",
      notText: "⚠️ 未完整：后续内容不是文本",
      inputFailed: "⚠️ 未完整：输入中断",
    },
  },
};
