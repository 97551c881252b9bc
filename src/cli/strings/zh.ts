import type { CliStrings } from "./strings.ts";

const thousands = (value: number): string => Math.round(value).toLocaleString("en-US");

/** What happened, by the code of a model's failure. */
const MODEL_FAILURES: Readonly<Record<string, string>> = {
  "header-timeout": "没有应答",
  "first-event-timeout": "有应答，但没有内容",
  "idle-timeout": "内容中途停下",
  "progress-timeout": "只有心跳，没有内容",
  "total-timeout": "整个请求用时过长",
  truncated: "回答没有结束，流就断了",
  "connection-lost": "连接失败或中断",
  "not-sse": "返回的不是流",
  "provider-error": "服务商拒绝了请求",
  "too-large": "单个事件过大",
};

/** The command line in Chinese. */
export const zh: CliStrings = {
  help: {
    titles: { "Usage:": "用法：", "Options:": "选项：", "Commands:": "命令：", "Arguments:": "参数：" },
    intro: "把 AI 助手的回答流式写进飞书和 Lark 卡片，每个字恰好显示一次。",
    examples: [
      "示例：",
      "  cardstream start",
      "      本地飞书、机器人和演示模型，在浏览器里试用",
      '  cardstream start --once "现在几点？"',
      "      同上，但不用浏览器：打印最终卡片",
      "  OPENAI_API_KEY=… OPENAI_MODEL=… cardstream start",
      "      使用真实模型（各家服务商见 cardstream models --help）",
      "  FEISHU_APP_ID=… FEISHU_APP_SECRET=… cardstream start",
      "      在真实飞书中运行（Lark 用 LARK_…）",
      "",
      "语言：--lang en，或 LANG=en_US.UTF-8",
    ].join("\n"),
    optionHelp: "显示帮助",
    optionVersion: "显示版本",
    optionLang: "本程序的语言",
    optionConfig: "配置文件，JSON5（默认读取 ./cardstream.json5，若存在）",
    optionVerbose: "输出流式过程的调试日志",
    usageOptions: "[选项]",
    usageCommand: "[命令]",
    optionLog: "日志格式，json 供程序读取；默认 text",
    helpCommand: "显示某个命令的帮助",
    versionCommand: "显示本程序、Node.js 与系统的版本",
    start: "运行机器人：默认在本地飞书中，设置了凭证则在真实飞书中",
    startMore: [
      "没有凭证时会启动本地飞书（模拟器），机器人像连接真实飞书一样连接它。",
      "没有模型（OPENAI_API_KEY 或配置文件）时由内置的演示模型回答。",
      "",
      "--once 的退出码：0 全部送达，1 回答或送达不完整，2 设置有误，130/143 被信号中止。",
    ].join("\n"),
    optionOnce: "对机器人说这句话，打印最终卡片和数据后退出",
    optionPort: "本地页面的端口；0 表示任意空闲端口（默认取环境变量 PORT，否则 7337）",
    optionOpen: "在浏览器中打开页面",
    emulator: "只运行本地飞书，供你自己的（任何语言的）机器人使用",
    optionJson: "以一行 JSON 打印地址和密钥",
    optionTls: "以临时证书提供 https",
    optionState: "把会话和卡片保存在此文件",
    optionWorld: "飞书文档未写明之处本地飞书如何表现：名称=取值,… 或 cardstream probe 的文件",
    models: "用一次极小的请求检查模型，并解释哪里不对",
    argumentModel: "服务商/模型；省略则为默认模型",
    optionRecordAnswer: "把这次回答的原始数据流存成文件（已去掉密钥），便于报告问题",
    modelsMore: (providers) =>
      [
        "环境变量以密钥和模型名指定模型；配置文件用 agents.defaults.model 和 models.providers：",
        ...providers.map(({ name, keyEnv, modelEnv }) => `  ${name.padEnd(16)} ${keyEnv}, ${modelEnv}`),
        "其他 OpenAI 兼容的服务：OPENAI_BASE_URL 加 OPENAI_API_KEY 和 OPENAI_MODEL。",
      ].join("\n"),
  },
  banner: {
    page: "本地飞书",
    feishu: "飞书应用",
    bot: "机器人",
    model: "模型",
    demoModel: "演示（内置脚本；设置 OPENAI_API_KEY 与 OPENAI_MODEL，或运行 cardstream init，可用真实模型）",
    tryTitle: "打开页面，试试：",
    tries: ["现在几点？", "想一想，为什么天是蓝的", "写一篇长文，然后点“停止”"],
    stop: "按 Ctrl-C 结束；正在写的回答会先写好最终状态。",
    waiting: "正在等待消息。",
    openTo: (accounts) =>
      `凡能看到该应用的人都可以与机器人对话（${accounts.join("、")}）。用 channels.feishu.allowFrom 指定范围。`,
    portTaken: (port, other) => `端口 ${port} 已被占用，页面改用 ${other}。`,
  },
  once: {
    progress: (shown, total, cards) => `已显示 ${thousands(shown)}/${thousands(total)} 字，第 ${cards} 张卡片`,
    moved: (from, to) => `改用 ${to} 继续送达（原为 ${from}）`,
    ledger: ({ delivered, total, cards, tier, calls, owed, firstGlyphMs }) =>
      `送达 ${thousands(delivered)}/${thousands(total)}，卡片 ${cards}，方式 ${tier}，调用 ${calls}，首字 ${
        firstGlyphMs === undefined ? "无" : `${thousands(firstGlyphMs)} ms`
      }${owed.length === 0 ? "" : `，待收尾 ${owed.length}`}`,
    ended: (code) => `回答不完整：${code}`,
    noAnswer: "机器人没有处理这条消息。",
    needsText: "--once 需要一句话。",
    needsEmulator: "--once 以本地飞书中的用户身份发言，不能与真实凭证同用。",
  },
  emulatorReady: {
    api: "接口",
    page: "页面",
    app: "应用",
    chat: "会话",
    pointYourBot:
      "让你的机器人用此接口地址代替 https://open.feishu.cn，并使用这组 App ID 和 App Secret。供 cardstream 的程序使用：",
  },
  models: {
    none: "没有配置模型。请设置 OPENAI_API_KEY（以及 OPENAI_BASE_URL、OPENAI_MODEL），或配置文件中的 models.providers。",
    checking: (name) => `${name}：正在请求一个词……`,
    ok: (name, firstMs, totalMs) => `${name}：可用，首字 ${thousands(firstMs)} ms，完成 ${thousands(totalMs)} ms`,
    failed: (name, why) => `${name}：不可用：${why}`,
    why: ({ code, message, details }) => {
      const seconds = /within (\d+) s/u.exec(message)?.[1];
      const within = seconds === undefined ? "" : `${seconds} 秒内`;
      return `${within}${MODEL_FAILURES[code] ?? "出错"}（${[...details, code].join("，")}）`;
    },
    recorded: (file) => `原始数据流已存入 ${file}；转交他人之前请先检查`,
    nothingRecorded: "没有可记录的内容",
    causes: {
      "header-timeout": "该地址收到了请求但没有回应。主机对吗？是否需要设置代理（models.providers.<名称>.proxy）？",
      "first-event-timeout": "服务商收到请求但没有输出。模型可能在加载或负载过高，请重试。",
      "idle-timeout": "服务商中途停下了。请重试或换一个模型。",
      "connection-lost": "无法连接或连接中断。请检查 base URL、网络，以及服务是否在运行。",
      "not-sse": "该地址返回的不是流。base URL 对吗（通常以 /v1 结尾）？",
      truncated: "回答未完成流就结束了，中间有设备切断了连接。",
    },
    otherCause: "见上面的信息；常见原因列在 docs/zh/how-to/choose-a-model.md。",
    reasons: {
      unauthorized: "密钥被拒绝。是否完整、属于该服务商且未过期？",
      notFound: "服务商不认识该地址或模型名。",
      quota: "服务商表示请求过多或额度已用完。",
    },
    unknown: (name, names) => `没有名为 ${name} 的模型。可用：${names.join("、")}`,
  },
  commands: {
    found: "当前目录中的配置文件要启动以下命令：",
    ask: "是否启动？[y/N] ",
    skipped: "这些命令不会启动。若文件可信，请用 --config <文件> 指定它",
  },
  errors: {
    config: (path) => `${path === undefined ? "" : `${path} 中的`}设置无法使用：`,
    configIsFolder: (path) => `${path} 是目录。请写明其中的文件，如 ${path.replace(/\/$/u, "")}/cardstream.json5。`,
    configUnreadable: (path, why) => `无法读取配置文件 ${path}：${why}`,
    modelBegun: (name) => `缺少 ${name}，因此由演示模型回答：`,
    configNotFound: (path) => `没有配置文件 ${path}。`,
    configFile: (path, origin) => `配置文件：${path}${origin === "found" ? "（在当前目录中找到）" : ""}`,
    configWarnings: "以下设置与看上去的作用不同：",
    unknownKeys: "以下设置在这里不认识，不起作用：",
    portInUse: (port) => `端口 ${port} 已被其他程序占用。请用 --port 换一个，或用 --port 0 取任意空闲端口。`,
    portDenied: (port) => `端口 ${port} 需要更高权限。请用 --port 选择 1023 以上的端口。`,
    stateFile: (file, reason, detail) =>
      ({
        "in-use": `状态文件 ${file} 正被另一个模拟器使用：${detail}。请先停掉它，或用 --state 换一个文件。`,
        unreadable: `状态文件 ${file} 无法读取：${detail}。请用 --state 换一个文件，或移走该文件。`,
        unwritable: `状态文件 ${file} 无法写入：${detail}`,
      })[reason],
    connect: (account, why) => `账号 ${account} 无法连接：${why}`,
    mcp: (server, why) => `MCP 服务 ${server} 不可用，已略过其工具：${why}`,
    badAppId: "App ID 应为 cli_ 加 16 个字符，请从开发者后台“凭证与基础信息”复制",
    badPort: "--port 需要 0 到 65535 的数字。",
    unexpected: "发生了意外错误：",
    interrupted: "正在结束；正在写的回答会写好最终状态。",
  },
  journal: { closed: (count) => `已把上次运行遗留的 ${count} 张卡片标记为中断。` },
};
