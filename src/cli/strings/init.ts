import type { Language } from "../../plugin-sdk/index.ts";

/** What `cardstream init` says. */
interface InitStrings {
  readonly help: {
    readonly about: string;
    readonly app: string;
    readonly domain: string;
    readonly name: string;
    readonly print: string;
    readonly config: string;
    readonly noModel: string;
    readonly noDoctor: string;
    readonly scopes: string;
    readonly proxy: string;
    readonly more: string;
  };
  /** Suggested to the person who confirms. */
  readonly appDescription: string;
  scan(minutes: number): string;
  readonly openLink: string;
  readonly tooNarrow: string;
  readonly noTerminal: string;
  readonly waiting: string;
  readonly offline: string;
  readonly online: string;
  readonly cancelled: string;
  readonly failures: Readonly<Record<"denied" | "expired" | "unreachable" | "refused", string>>;
  made(appId: string, domain: string): string;
  changed(appId: string, domain: string): string;
  written(path: string): string;
  readonly inGit: string;
  readonly notWritten: string;
  cannotWrite(path: string, why: string): string;
  alreadyThere(path: string, appId: string): string;
  fileExists(path: string): string;
  readonly export: string;
  readonly checking: string;
  missingScopes(scopes: readonly string[]): string;
  readonly missingFix: string;
  readonly badApp: string;
  badUrl(option: string): string;
  readonly model: {
    readonly title: string;
    readonly skip: string;
    readonly choose: string;
    readonly noSuch: string;
    key(label: string, url: string): string;
    name(label: string, url: string): string;
    readonly testing: string;
    works(ms: number): string;
    readonly keep: string;
    readonly skipped: string;
    readonly noTerminal: string;
  };
  done(command: string): string;
}

/** By language. */
export const initStrings: Readonly<Record<Language, InitStrings>> = {
  en: {
    help: {
      about: "make a Feishu or Lark app by scanning a code, and write the config file",
      app: "add what is missing to this app (cli_…) instead of making one",
      domain: "feishu, lark, or the address of a local Feishu (default: feishu; a Lark tenant is recognized)",
      name: "name of the new app (default: cardstream)",
      print: "print the secrets as export lines instead of writing a file",
      config: "file to write (default: ./cardstream.json5)",
      noModel: "do not ask for a model",
      noDoctor: "do not check the app afterwards",
      scopes: "print all permissions as JSON for the developer console's batch import, and exit",
      proxy: "http:// or https:// proxy for the way to Feishu; the environment's is never used",
      more: [
        "Scan the code with Feishu or Lark and confirm: the app exists, with its permissions, events and callbacks.",
        "Nothing is granted that the page does not show. The secret goes into the config file, readable for you alone.",
        "",
        "Exit codes: 0 done, 1 no app or something is missing, 2 wrong arguments, 130 cancelled.",
      ].join("\n"),
    },
    appDescription: "Types its answers into a card while it thinks.",
    scan: (minutes) => `Scan this code with Feishu or Lark and confirm (${minutes} minutes):`,
    openLink: "Or open this link where you are logged in:",
    tooNarrow: "The code needs a wider terminal; open the link instead:",
    noTerminal: "There is no terminal to show a code in; open this link where you are logged in to Feishu or Lark:",
    waiting: "Waiting for you to confirm … (Ctrl-C cancels)",
    offline: "Feishu cannot be reached right now; still trying.",
    online: "Feishu can be reached again.",
    cancelled: "Cancelled. Nothing was written; whatever you confirm now has no effect here.",
    failures: {
      denied: "You refused on the page, so there is no app.\n    → to try again: cardstream init",
      expired: "Nobody confirmed in time, and the code has expired.\n    → to get a new one: cardstream init",
      unreachable:
        "Feishu's account service cannot be reached.\n    → check the network; behind a proxy: cardstream init --proxy http://…",
      refused: "Feishu did not go along.\n    → make the app by hand: docs/en/how-to/permissions.md",
    },
    made: (appId, domain) => `✓ app ${appId} on ${domain}`,
    changed: (appId, domain) => `✓ app ${appId} on ${domain} was changed`,
    written: (path) => `✓ ${path} (readable for you alone)`,
    inGit: "! It holds a secret and this folder belongs to a Git repository: add it to .gitignore.",
    notWritten: "Set these wherever the bot is to run:",
    cannotWrite: (path, why) => `${path} could not be written (${why}). Set these instead:`,
    alreadyThere: (path, appId) =>
      `${path} names the app ${appId} already.\n    → add what it lacks: cardstream init --app ${appId}\n    → or make another one: cardstream init --config other.json5`,
    fileExists: (path) => `${path} exists and was left as it is. Set these instead, or put them into channels.feishu:`,
    export: "export",
    checking: "Checking the app …",
    missingScopes: (scopes) => `The platform did not grant everything that was asked for: ${scopes.join(", ")}`,
    missingFix: "grant all of them on one page, then publish a new version of the app:",
    badApp: "--app takes the id of an app, cli_….",
    badUrl: (option) =>
      option === "--domain"
        ? "--domain takes feishu, lark, or an http(s) address."
        : `${option} takes an http(s) address.`,
    model: {
      title: "Which model should answer?",
      skip: "none for now (a scripted demo answers)",
      choose: "Number (Enter: none): ",
      noSuch: "There is no such number.",
      key: (label, url) => `Key of ${label} (${url}), not shown while you type: `,
      name: (label, url) => `Model of ${label} (${url}): `,
      testing: "Asking it for one word …",
      works: (ms) => `✓ answers, first word after ${Math.round(ms)} ms`,
      keep: "Keep it all the same? (y/N) ",
      skipped: "No model; the demo answers until you set one (docs/en/how-to/choose-a-model.md).",
      noTerminal:
        "No model was asked for, because nobody types here: set OPENAI_API_KEY and OPENAI_MODEL, or see cardstream models --help.",
    },
    done: (command) => `Start it: ${command}`,
  },
  zh: {
    help: {
      about: "扫码创建飞书或 Lark 应用，并写好配置文件",
      app: "不新建，而是给这个应用（cli_…）补上缺少的权限与订阅",
      domain: "feishu、lark 或本地飞书的地址（默认 feishu；会自动识别 Lark 租户）",
      name: "新应用的名称（默认 cardstream）",
      print: "不写文件，只打印 export 行",
      config: "要写入的文件（默认 ./cardstream.json5）",
      noModel: "不询问模型",
      noDoctor: "完成后不做检查",
      scopes: "打印全部权限的 JSON（供开发者后台“批量导入”使用）后退出",
      proxy: "访问飞书所用的 http:// 或 https:// 代理；绝不使用环境变量里的代理",
      more: [
        "用飞书或 Lark 扫码并确认，应用即创建完成，权限、事件、回调一并配好。",
        "页面上没有列出的，不会授予。密钥写入仅你可读的配置文件。",
        "",
        "退出码：0 完成，1 没有得到应用或有缺失，2 参数有误，130 已取消。",
      ].join("\n"),
    },
    appDescription: "一边思考，一边把回答打进卡片。",
    scan: (minutes) => `请用飞书或 Lark 扫描下面的二维码并确认（${minutes} 分钟内有效）：`,
    openLink: "或在已登录的浏览器中打开：",
    tooNarrow: "终端太窄，显示不下二维码，请打开链接：",
    noTerminal: "这里没有终端，无法显示二维码。请在已登录飞书或 Lark 的浏览器中打开：",
    waiting: "等待确认……（Ctrl-C 取消）",
    offline: "暂时连不上飞书，正在重试。",
    online: "已重新连上飞书。",
    cancelled: "已取消，没有写入任何内容；此后再确认也不会对本机产生影响。",
    failures: {
      denied: "你在页面上拒绝了，没有创建应用。\n    → 重新开始：cardstream init",
      expired: "超时未确认，二维码已过期。\n    → 重新获取：cardstream init",
      unreachable: "连不上飞书的账号服务。\n    → 请检查网络；若须经代理：cardstream init --proxy http://…",
      refused: "飞书没有接受请求。\n    → 可手动创建应用：docs/zh/how-to/permissions.md",
    },
    made: (appId, domain) => `✓ 已创建应用 ${appId}（${domain}）`,
    changed: (appId, domain) => `✓ 已更新应用 ${appId}（${domain}）`,
    written: (path) => `✓ ${path}（仅你可读）`,
    inGit: "! 其中含有密钥，而本目录属于 Git 仓库：请把它加入 .gitignore。",
    notWritten: "请在运行机器人的地方设置：",
    cannotWrite: (path, why) => `无法写入 ${path}（${why}）。请改为设置：`,
    alreadyThere: (path, appId) =>
      `${path} 已配置应用 ${appId}。\n    → 补上缺少的内容：cardstream init --app ${appId}\n    → 或另建一个：cardstream init --config other.json5`,
    fileExists: (path) => `${path} 已存在，未作改动。请改为设置以下变量，或写入 channels.feishu：`,
    export: "export",
    checking: "正在检查应用……",
    missingScopes: (scopes) => `平台没有授予全部所请求的权限，缺少：${scopes.join("、")}`,
    missingFix: "在这一个页面全部开通，然后发布应用新版本：",
    badApp: "--app 需要应用的 ID，即 cli_…。",
    badUrl: (option) =>
      option === "--domain" ? "--domain 需要 feishu、lark 或 http(s) 地址。" : `${option} 需要 http(s) 地址。`,
    model: {
      title: "由哪个模型来回答？",
      skip: "暂不设置（由内置演示模型回答）",
      choose: "序号（直接回车：暂不设置）：",
      noSuch: "没有这个序号。",
      key: (label, url) => `${label} 的密钥（${url}），输入时不显示：`,
      name: (label, url) => `${label} 的模型名称（${url}）：`,
      testing: "正在请求一个词……",
      works: (ms) => `✓ 可用，首字 ${Math.round(ms)} ms`,
      keep: "仍然使用它吗？（y/N）",
      skipped: "未设置模型，在设置之前由演示模型回答（见 docs/zh/how-to/choose-a-model.md）。",
      noTerminal:
        "这里无法输入，因此没有询问模型：请设置 OPENAI_API_KEY 与 OPENAI_MODEL，或查看 cardstream models --help。",
    },
    done: (command) => `启动：${command}`,
  },
};
