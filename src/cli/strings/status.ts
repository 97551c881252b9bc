import type { Language } from "../../plugin-sdk/index.ts";

/** What `cardstream status` says. */
interface StatusStrings {
  readonly help: {
    readonly about: string;
    readonly json: string;
    readonly watch: string;
    readonly more: string;
  };
  readonly notShared: string;
  readonly notSharedFix: string;
  app(account: string, appId: string, redis: string): string;
  readonly parts: Readonly<Record<"bot" | "gateway" | "mcp" | "library" | "openclaw" | "chat-sdk", string>>;
  readonly limits: string;
  /** Of a limit: calls that may be made at once, of how many, and how many more each second. */
  free(left: number, burst: number, perSecond: number): string;
  calling(count: number): string;
  quota(used: number, monthlyCalls: number): string;
  /** The cards that a process has open in all its chats. */
  readonly book: string;
  readonly none: string;
  readonly colon: string;
  readonly semicolon: string;
  readonly comma: string;
  process(host: string, pid: number, version: string, up: string): string;
  unnamed(session: string): string;
  /** Others wait so long before they take over. */
  alive(seconds: number): string;
  late(seconds: number): string;
  readonly gone: string;
  readonly idle: string;
  waiting(count: number): string;
  text(chars: number, visible: number | undefined): string;
  open(cards: number): string;
  owed(cards: number): string;
  more(chats: number): string;
  /** A length of time. */
  lasting(seconds: number): string;
}

/** By language. */
export const statusStrings: Readonly<Record<Language, StatusStrings>> = {
  en: {
    help: {
      about: "show which processes share an app, who owns what, and what is owed",
      json: "one JSON object with everything; with --watch one a line",
      watch: "again every two seconds, until a signal",
      more: "Reads what the processes have written down in the shared Redis (shared.redis, CARDSTREAM_REDIS). Feishu is not asked, and nothing\nis changed. Exit code: 0, 1 when Redis cannot be reached, 2 for wrong settings.",
    },
    notShared: "Nothing is shared: every process is alone.",
    notSharedFix: "set shared.redis in the config file, or CARDSTREAM_REDIS",
    app: (account, appId, redis) => `App ${appId} (${account}), Redis ${redis}`,
    parts: {
      bot: "Bots",
      gateway: "Gateways",
      mcp: "MCP servers",
      library: "Bots of createBot",
      openclaw: "Gateways of OpenClaw",
      "chat-sdk": "Bots of the Chat SDK",
    },
    limits: "Rate limits",
    free: (left, burst, perSecond) => `${left} of ${burst} calls free, ${perSecond.toFixed(1)} more a second`,
    calling: (count) => `${count} waiting`,
    quota: (used, monthlyCalls) => `Calls of this month, on this machine: ${used} of ${monthlyCalls}`,
    book: "its cards",
    none: "none",
    colon: ": ",
    semicolon: "; ",
    comma: ", ",
    process: (host, pid, version, up) => `${host}, pid ${pid}, ${version}, up ${up}`,
    unnamed: (session) => `session ${session}`,
    alive: (seconds) => `alive, respected for ${seconds} s`,
    late: (seconds) => `silent for ${seconds} s too long`,
    gone: "gone, the others take over",
    idle: "owns nothing now",
    waiting: (count) => `${count} in its queue`,
    text: (chars, visible) =>
      visible === undefined ? `${chars} characters` : `${visible} of ${chars} characters visible`,
    open: (cards) => (cards === 1 ? "1 card open" : `${cards} cards open`),
    owed: (cards) => (cards === 1 ? "1 card owed" : `${cards} cards owed`),
    more: (chats) => `and ${chats} more`,
    lasting: (seconds) => lasting(seconds, ["d", "h", "min", "s"], " "),
  },
  zh: {
    help: {
      about: "显示哪些进程共用一个应用、谁在负责什么、还欠着什么",
      json: "一个包含全部内容的 JSON 对象；与 --watch 一起时每行一个",
      watch: "每两秒再显示一次，直到收到信号",
      more: "读取各进程写在共用 Redis（shared.redis、CARDSTREAM_REDIS）里的内容；不询问飞书，也不改动任何东西。\n退出码：0；连不上 Redis 为 1；设置有误为 2。",
    },
    notShared: "没有共用任何东西：每个进程都是独立的。",
    notSharedFix: "请在配置文件中设置 shared.redis，或设置 CARDSTREAM_REDIS",
    app: (account, appId, redis) => `应用 ${appId}（${account}），Redis ${redis}`,
    parts: {
      bot: "机器人",
      gateway: "网关",
      mcp: "MCP 服务",
      library: "createBot 机器人",
      openclaw: "OpenClaw 网关",
      "chat-sdk": "Chat SDK 机器人",
    },
    limits: "频率限制",
    free: (left, burst, perSecond) => `可用 ${left}/${burst} 次调用，每秒恢复 ${perSecond.toFixed(1)} 次`,
    calling: (count) => `${count} 次在等待`,
    quota: (used, monthlyCalls) => `本月调用次数（本机）：${used}/${monthlyCalls}`,
    book: "它的卡片",
    none: "无",
    colon: "：",
    semicolon: "；",
    comma: "，",
    process: (host, pid, version, up) => `${host}，pid ${pid}，${version}，已运行 ${up}`,
    unnamed: (session) => `会话 ${session}`,
    alive: (seconds) => `存活，${seconds} 秒内不会被接管`,
    late: (seconds) => `已静默，超时 ${seconds} 秒`,
    gone: "已消失，正由其他进程接管",
    idle: "目前不负责任何会话",
    waiting: (count) => `队列中 ${count} 条`,
    text: (chars, visible) => (visible === undefined ? `${chars} 个字符` : `共 ${chars} 个字符，可见 ${visible} 个`),
    open: (cards) => `${cards} 张卡片未收尾`,
    owed: (cards) => `欠 ${cards} 张卡片的收尾`,
    more: (chats) => `另有 ${chats} 个`,
    lasting: (seconds) => lasting(seconds, ["天", "小时", "分", "秒"], " "),
  },
};

const LENGTHS = [86_400, 3_600, 60, 1] as const;

/** The two largest units that are not zero. */
function lasting(seconds: number, units: readonly string[], gap: string): string {
  const first = LENGTHS.findIndex((length) => seconds >= length);
  if (first < 0) return `0${gap}${units.at(-1)}`;
  let rest = Math.floor(seconds);
  return LENGTHS.slice(first, first + 2)
    .map((length, index) => {
      const count = Math.floor(rest / length);
      rest %= length;
      return count === 0 ? "" : `${count}${gap}${units[first + index]}`;
    })
    .filter((text) => text !== "")
    .join(" ");
}
