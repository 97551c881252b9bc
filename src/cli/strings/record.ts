import type { Language } from "../../plugin-sdk/index.ts";
import type { NotCompared } from "../../record/index.ts";

/** What `cardstream record` and `cardstream compare` say. */
interface RecordStrings {
  readonly record: {
    readonly about: string;
    readonly upstream: string;
    readonly port: string;
    readonly out: string;
    readonly keepTexts: string;
    readonly webhook: string;
    readonly noPage: string;
    readonly more: string;
    ready(url: string, upstream: string): string;
    page(url: string): string;
    webhookReady(url: string): string;
    file(path: string, masked: boolean): string;
    stopped(reason: string): string;
    done(lines: number, path: string): string;
    exists(path: string): string;
    unwritable(path: string, why: string): string;
    badWebhook(text: string): string;
  };
  readonly compare: {
    readonly about: string;
    readonly file: string;
    readonly world: string;
    readonly json: string;
    readonly more: string;
    unreadable(path: string, why: string): string;
    readonly same: string;
    summary(compared: number, groups: number): string;
    left(count: number, why: string): string;
    readonly reasons: Readonly<Record<NotCompared, string>>;
    examples(list: string): string;
    belief(words: string): string;
    explained(answers: string): string;
  };
}

/** By language. */
export const recordStrings: Readonly<Record<Language, RecordStrings>> = {
  en: {
    record: {
      about: "pass everything between a bot and Feishu on, show it on a page and write it down",
      upstream: "feishu, lark, or an address (default: feishu)",
      port: "port that bots take as their domain (default: 7339, 0 for any free one)",
      out: "the recording (default: feishu-<date>.jsonl)",
      keepTexts: "keep texts, names and ids; without it only their shape is written down",
      webhook: "the bot's own webhook, when it has one: what comes to /webhook goes there",
      noPage: "no page, only the recording",
      more: [
        "Point the bot's domain at the printed address; nothing else of it changes. Secrets and tokens are never written down.",
        "",
        "  cardstream record --upstream feishu",
        "  cardstream compare feishu-2026-11-29.jsonl",
      ].join("\n"),
      ready: (url, upstream) => `Passing on to ${upstream}. Give the bot this domain:  ${url}`,
      page: (url) => `What passes by:  ${url}`,
      webhookReady: (url) => `Request address for the developer console (make it reachable from outside):  ${url}`,
      file: (path, masked) =>
        `Writing ${path}${masked ? "; texts and ids are masked (--keep-texts keeps them)" : "; TEXTS AND IDS ARE KEPT: think before you share it"}`,
      stopped: (reason) => `The recording has stopped: ${reason}. Calls go on being passed on.`,
      done: (lines, path) => `${lines} lines in ${path}`,
      unwritable: (path, why) =>
        `${path} cannot be written: ${why}. Name a file in a folder that exists and is yours with --out.`,
      exists: (path) => `${path} exists already. Name another file with --out.`,
      badWebhook: (text) => `--webhook takes an address such as http://127.0.0.1:3000/webhook/event, not "${text}".`,
    },
    compare: {
      about: "play a recording on the local Feishu and show where its answers differ",
      file: "a recording of cardstream record",
      world: "world that the local Feishu runs in: name=answer,name=answer",
      json: "print the result as JSON",
      more: "Exit code 0: no difference; 1: differences; 2: the recording cannot be read.",
      unreadable: (path, why) => `${path} cannot be compared: ${why}`,
      same: "No difference.",
      summary: (compared, groups) => `${compared} calls compared, ${groups} kinds of difference.`,
      left: (count, why) => `  ${count} not compared: ${why}`,
      reasons: {
        secret: "tokens and addresses of long connections, which a recording does not hold",
        bytes: "uploads and downloads, whose bytes a recording does not hold",
        unreadable: "bodies that were too large or no JSON",
        before: "cards and messages from before the recording",
        other: "no calls to the API",
        tenant: "answers that depend on the tenant: scopes, availability, who is in a chat",
        unanswered: "no answer came, or Feishu itself failed",
        follows: "what follows from an earlier difference, or from a limit that was near",
      },
      examples: (list) => `    lines with seq ${list}`,
      belief: (words) => `    the local Feishu says: ${words}`,
      explained: (answers) => `    would not differ in the world ${answers}`,
    },
  },
  zh: {
    record: {
      about: "转发机器人与飞书之间的全部流量，在网页上展示并记录",
      upstream: "feishu、lark 或一个地址（默认 feishu）",
      port: "供机器人作为域名使用的端口（默认 7339，0 为任意空闲端口）",
      out: "记录文件（默认 feishu-<日期>.jsonl）",
      keepTexts: "保留文本、名称与 ID；不设则只记录其形状",
      webhook: "机器人自己的 webhook：发到 /webhook 的请求会转到那里",
      noPage: "不开网页，只做记录",
      more: [
        "把机器人的域名指向所打印的地址即可，其余不变。密钥与令牌绝不写入记录。",
        "",
        "  cardstream record --upstream feishu",
        "  cardstream compare feishu-2026-11-29.jsonl",
      ].join("\n"),
      ready: (url, upstream) => `正在转发到 ${upstream}。请把机器人的域名设为：  ${url}`,
      page: (url) => `经过的流量：  ${url}`,
      webhookReady: (url) => `开发者后台的请求地址（需让外部可达）：  ${url}`,
      file: (path, masked) =>
        `写入 ${path}${masked ? "；文本与 ID 已脱敏（--keep-texts 可保留）" : "；文本与 ID 原样保留：分享前请三思"}`,
      stopped: (reason) => `记录已停止：${reason}。转发照常进行。`,
      done: (lines, path) => `${path} 共 ${lines} 行`,
      unwritable: (path, why) => `无法写入 ${path}：${why}。请用 --out 指定已有且可写的文件夹中的文件。`,
      exists: (path) => `${path} 已存在。请用 --out 指定其他文件。`,
      badWebhook: (text) => `--webhook 需要形如 http://127.0.0.1:3000/webhook/event 的地址，而不是“${text}”。`,
    },
    compare: {
      about: "在本地飞书上重放一份记录，列出回答不同之处",
      file: "cardstream record 的记录文件",
      world: "本地飞书所处的世界：名称=取值,名称=取值",
      json: "以 JSON 输出结果",
      more: "退出码 0：没有差异；1：有差异；2：无法读取记录。",
      unreadable: (path, why) => `无法比较 ${path}：${why}`,
      same: "没有差异。",
      summary: (compared, groups) => `比较了 ${compared} 次调用，有 ${groups} 类差异。`,
      left: (count, why) => `  ${count} 次未比较：${why}`,
      reasons: {
        secret: "令牌与长连接地址，记录中不含",
        bytes: "上传与下载，记录中不含其字节",
        unreadable: "请求体过大或不是 JSON",
        before: "记录开始之前的卡片与消息",
        other: "不是 API 调用",
        tenant: "取决于租户的回答：权限、可用范围、群成员",
        unanswered: "没有得到回答，或飞书自身出错",
        follows: "由先前的差异或临近的限额引起",
      },
      examples: (list) => `    seq 为 ${list} 的行`,
      belief: (words) => `    本地飞书认为：${words}`,
      explained: (answers) => `    在此世界中不会有差异：${answers}`,
    },
  },
};
