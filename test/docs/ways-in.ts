/** A way in that was found open, and the test that holds it shut. */
export interface WayIn {
  /** H high, M medium, L low, A access. */
  readonly id: string;
  readonly en: string;
  readonly zh: string;
  /** Files of tests, each with words of a title in it. */
  readonly tests: readonly (readonly [file: string, title: string])[];
}

/** The table of explanation/security.md, in docs/en and docs/zh. */
export const waysIn: readonly WayIn[] = [
  {
    id: "H1",
    en: "a run of marks sends a thousand messages",
    zh: "一串标记刷出上千条消息",
    tests: [["test/text/seam.hostile.test.ts", "takes no more cards than words do"]],
  },
  {
    id: "H2",
    en: "what is taken for code is none, and mentions everybody",
    zh: "被当成代码的内容其实不是代码，@ 了所有人",
    tests: [
      ["test/feishu/dialect/card.property.test.ts", "mentions nobody, shows no picture"],
      ["test/fuzz/hostile.test.ts", "is taken calmly"],
    ],
  },
  {
    id: "H3",
    en: "commands, titles, tails, edits and card JSON past the sanitiser",
    zh: "命令、标题、尾段、编辑和卡片 JSON 绕过处理",
    tests: [
      ["test/feishu/card/one-way-out.test.ts", "and nowhere else"],
      ["test/feishu/card/safe-card.test.ts", "mentions nobody and fetches nothing"],
      ["test/feishu/send/send.test.ts", "in what is no card"],
    ],
  },
  {
    id: "M1",
    en: "a picture's address carries words away",
    zh: "图片地址把对话内容带走",
    tests: [
      ["test/feishu/images/image-hosts.test.ts", "are none unless they are named"],
      ["test/openclaw/outbound/host-images.test.ts", "leaves them links unless the config says otherwise"],
    ],
  },
  {
    id: "M2",
    en: "a config file that was found sends secrets or starts commands",
    zh: "捡到的配置文件外发密钥或启动命令",
    tests: [["test/cli/settings/config-trust.test.ts", "sends no secret of the environment to its own address"]],
  },
  {
    id: "M3",
    en: "brackets and half tags that cost minutes",
    zh: "括号和半截标签耗费数分钟 CPU",
    tests: [
      ["test/text/seam.hostile.test.ts", "in a number of steps that grows with its length only"],
      ["test/feishu/dialect/linear.test.ts", "in steps that grow with its length only"],
    ],
  },
  {
    id: "M4",
    en: "another web page reaches a server on this machine",
    zh: "其他网页访问本机服务",
    tests: [
      ["test/emulator/page/web-pages.test.ts", "other people's web pages"],
      ["test/gateway/web-pages.test.ts", "pages of other origins and names with a refusal"],
      ["test/http-guard/request-guard.test.ts", "a server on this machine"],
    ],
  },
  {
    id: "M5",
    en: "a state file that everybody can read",
    zh: "人人可读的状态文件",
    tests: [["test/emulator/state/state-mode.test.ts", "can be read by its owner alone"]],
  },
  {
    id: "L1",
    en: "escape sequences in a group's name",
    zh: "群名里的终端转义序列",
    tests: [["test/cli/send/send.test.ts", "shows no escape sequence"]],
  },
  {
    id: "L2",
    en: "a pipe below `--files`",
    zh: "`--files` 下的管道文件",
    tests: [["test/cli/serve/image-loader.test.ts", "are refused at once when the path is"]],
  },
  {
    id: "L3",
    en: "what is no picture, uploaded as one",
    zh: "不是图片却当图片上传",
    tests: [["test/feishu/images/image-format.test.ts", "pictures are told by their content"]],
  },
  {
    id: "L4",
    en: "form fields named as parts of the document",
    zh: "与文档属性同名的表单字段",
    tests: [["test/browser/hostile-names.test.ts", "lives on with form fields"]],
  },
  {
    id: "L5",
    en: "a webhook request that never ends",
    zh: "永不结束的 webhook 请求",
    tests: [
      ["test/feishu/inbound/webhook.test.ts", "gives up on a body that does not end after ten seconds"],
      ["test/openclaw/account/webhook-server.test.ts", "hangs up at once on a request to another path"],
    ],
  },
  {
    id: "L6",
    en: "types of messages named as what every object has",
    zh: "与对象自带属性同名的消息类型",
    tests: [["test/feishu/own-names.test.ts", "are no type of a message"]],
  },
  {
    id: "L7",
    en: "streams and JSON without bounds",
    zh: "没有上限的流和 JSON",
    tests: [
      ["test/feed/remote-streams.test.ts", "bounds reasoning and tools as it does text"],
      ["test/http-guard/json-depth.test.ts", "JSON that nests too deeply"],
    ],
  },
  {
    id: "L8",
    en: "a token that can be guessed",
    zh: "可被猜到的令牌",
    tests: [
      ["test/http-guard/json-depth.test.ts", "are taken from sixteen characters on"],
      ["test/mcp/mcp.test.ts", "does not begin over HTTP with a token that can be guessed"],
    ],
  },
  {
    id: "L9",
    en: "the count of calls is lost between runs",
    zh: "多次运行之间丢失调用计数",
    tests: [["test/feishu/quota/folder.test.ts", "the count of calls is kept"]],
  },
  {
    id: "L10",
    en: "addresses that lead inside",
    zh: "指向内网的地址",
    tests: [["test/feishu/images/web-image-loader.test.ts", "reaches nothing that is not public"]],
  },
  {
    id: "L11",
    en: "a button whose label hides a command",
    zh: "按钮文字掩盖了命令",
    tests: [
      ["test/openclaw/outbound/press-command.test.ts", "says the command that it sends"],
      ["test/feishu/card/safe-card.test.ts", "orders nothing in the name of whoever presses"],
    ],
  },
  {
    id: "A1",
    en: "one host answers whom the config shuts out",
    zh: "其中一个宿主回答了配置拒绝的人",
    tests: [["test/feishu/config/one-reading.test.ts", "who may talk is read once"]],
  },
  {
    id: "held",
    en: "the gateway and MCP without their tokens, from other pages and under other names; ten megabytes of answer; buttons that are forged, repeated or pressed by others; webhooks that are repeated; addresses that lead inside; scripts in cards; texts that cost more than their length; escape sequences in errors; secrets in logs",
    zh: "没有令牌、来自其他网页或其他域名的网关与 MCP 请求；10 MB 的回答；伪造、重放或他人点击的按钮；重放的 webhook；指向内网的地址；卡片里的脚本；耗时超过长度比例的文本；错误信息中的转义序列；日志里的密钥",
    tests: [
      ["test/gateway/gateway.test.ts", "lets nobody in without the token"],
      ["test/gateway/web-pages.test.ts", "pages of other origins and names with a refusal"],
      ["test/mcp/mcp.test.ts", "HTTP takes only the token, only this machine, only /mcp"],
      ["test/feishu/images/web-image-loader.test.ts", "reaches nothing that is not public"],
      ["test/text/seam.hostile.test.ts", "in a number of steps that grows with its length only"],
      ["test/browser/card.test.ts", "shows what a bot writes as text, never as markup"],
      ["test/feishu/inbound/connection.test.ts", "and the log has nothing secret"],
      ["test/feishu/delivery/max-messages.test.ts", "takes ten megabytes at that"],
      ["test/feishu/button-seal.test.ts", "cannot be made up, changed, cut, or put together from others"],
      ["test/feishu/inbound/webhook.test.ts", "a signed request that is sent again tells nothing again"],
      ["test/cli/terminal/terminal-io.test.ts", "an error with a person's words is harmless on a terminal"],
    ],
  },
];
