import type { Language } from "../../plugin-sdk/index.ts";

/** What `cardstream send` and `cardstream chats` say. */
interface SendStrings {
  readonly noTarget: string;
  badTarget(option: string, form: string): string;
  readonly typing: string;
  readonly empty: string;
  binary(encoding: string): string;
  badEncoding(encoding: string): string;
  badCard(source: string, why: string): string;
  noFile(path: string, why: string): string;
  tooLong(maxChars: number): string;
  readonly badMaxChars: string;
  sent(messageId: string): string;
  incomplete(delivered: number, total: number): string;
  failed(why: string): string;
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
    typing: "Reading what you type; Ctrl-D ends it.",
    empty: "The input was empty; nothing was sent.",
    binary: (encoding) =>
      `The input is not ${encoding} text, so it was not sent. For a picture use --image, for any other file --file; for text in another encoding --encoding (for example gb18030).`,
    badEncoding: (encoding) => `There is no encoding ${encoding}. Examples: utf-8, gb18030, utf-16le, shift_jis.`,
    badCard: (source, why) => `${source} is no card: ${why}`,
    noFile: (path, why) => `${path} cannot be read: ${why}`,
    tooLong: (maxChars) => `More than ${maxChars} characters came; the rest was left out (see --max-chars).`,
    badMaxChars: "--max-chars takes a whole number from 1.",
    sent: (messageId) => `sent as ${messageId}`,
    incomplete: (delivered, total) => `Only ${delivered} of ${total} characters are certain to be visible.`,
    failed: (why) => `Not sent: ${why}`,
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
    badTarget: (option, form) => `${option} 需要${form}。`,
    typing: "正在读取键盘输入；按 Ctrl-D 结束。",
    empty: "输入为空，没有发送任何内容。",
    binary: (encoding) =>
      `输入不是 ${encoding} 文本，没有发送。图片请用 --image，其他文件请用 --file；其他编码的文本请用 --encoding（如 gb18030）。`,
    badEncoding: (encoding) => `没有名为 ${encoding} 的编码。例如：utf-8、gb18030、utf-16le、shift_jis。`,
    badCard: (source, why) => `${source} 不是卡片：${why}`,
    noFile: (path, why) => `无法读取 ${path}：${why}`,
    tooLong: (maxChars) => `输入超过 ${maxChars} 个字符，其余已略去（见 --max-chars）。`,
    badMaxChars: "--max-chars 需要不小于 1 的整数。",
    sent: (messageId) => `已发送：${messageId}`,
    incomplete: (delivered, total) => `${total} 个字符中只有 ${delivered} 个确定可见。`,
    failed: (why) => `未发送：${why}`,
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
