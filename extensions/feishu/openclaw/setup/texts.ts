import type { Language, Localized } from "../../../../src/plugin-sdk/index.ts";
import type { RegistrationErrorCode } from "../../registration/index.ts";

type Key =
  | "introTitle"
  | "intro"
  | "domain"
  | "feishu"
  | "lark"
  | "otherDomain"
  | "domainUrl"
  | "badUrl"
  | "appId"
  | "badAppId"
  | "keepAppId"
  | "appSecret"
  | "envSecret"
  | "keepSecret"
  | "checking"
  | "checked"
  | "refusedTitle"
  | "tryAgain"
  | "works"
  | "missing"
  | "allGranted"
  | "secretUnknown"
  | "groupPolicy"
  | "groupAllowlist"
  | "groupOpen"
  | "groupDisabled"
  | "chooseGroups"
  | "groupIds"
  | "badGroupId"
  | "allowFrom"
  | "badOpenId"
  | "liveSourceTitle"
  | "liveSource"
  | "liveSourceAsk"
  | "larkCliAsk"
  | "larkCliDone"
  | "nextTitle"
  | "scan"
  | "scanTitle"
  | "scanned"
  | "scanNothing"
  | "configured"
  | "unconfigured";

/** What guided setup says and asks. The host's own questions around it are in the language of its catalogue. */
const TEXTS: Readonly<Record<Key, Localized>> = {
  introTitle: { en: "The app in the developer console", zh: "开发者后台中的应用" },
  intro: {
    en: "1. Open the developer console: https://open.feishu.cn/app (Feishu) or https://open.larksuite.com/app (Lark)\n2. Create a custom app, or open yours, and add the Bot feature\n3. Have the App ID and the App Secret at hand (Credentials & Basic Info)",
    zh: "1. 打开开发者后台：https://open.feishu.cn/app（飞书）或 https://open.larksuite.com/app（Lark）\n2. 创建企业自建应用（或打开已有应用），添加“机器人”能力\n3. 准备好 App ID 与 App Secret（“凭证与基础信息”）",
  },
  domain: { en: "Where is the app?", zh: "应用在哪个平台？" },
  feishu: { en: "Feishu (China)", zh: "飞书（中国）" },
  lark: { en: "Lark (international)", zh: "Lark（国际版）" },
  otherDomain: { en: "Another deployment", zh: "其他部署" },
  domainUrl: { en: "Base URL of its API", zh: "API 基础地址" },
  badUrl: { en: "an http:// or https:// address", zh: "须为 http:// 或 https:// 地址" },
  appId: { en: "App ID (cli_…)", zh: "App ID（cli_…）" },
  badAppId: {
    en: "an App ID is cli_ and 16 hex digits; it stands under Credentials & Basic Info",
    zh: "App ID 由 cli_ 加 16 位十六进制数字组成，见“凭证与基础信息”",
  },
  keepAppId: { en: "Keep the App ID", zh: "保留 App ID" },
  appSecret: { en: "App Secret", zh: "App Secret" },
  envSecret: { en: "FEISHU_APP_SECRET is set. Use it?", zh: "检测到环境变量 FEISHU_APP_SECRET，是否使用？" },
  keepSecret: { en: "An App Secret is configured. Keep it?", zh: "已配置 App Secret，是否保留？" },
  checking: { en: "Asking Feishu", zh: "正在向飞书核对" },
  checked: { en: "Checked", zh: "核对完毕" },
  refusedTitle: { en: "Feishu refuses these credentials", zh: "飞书拒绝了这组凭证" },
  tryAgain: { en: "Enter App ID and App Secret again?", zh: "重新输入 App ID 和 App Secret？" },
  works: { en: "The app is ready", zh: "应用已就绪" },
  missing: { en: "What is missing", zh: "还缺少" },
  allGranted: { en: "Credentials, permissions and cards work.", zh: "凭证、权限与卡片均正常。" },
  secretUnknown: {
    en: "The App Secret is not readable here, so nothing was checked. Afterwards: openclaw channels status --probe",
    zh: "此处无法读取 App Secret，未做核对。稍后请运行：openclaw channels status --probe",
  },
  groupPolicy: { en: "Which groups does the bot answer in?", zh: "机器人在哪些群里回答？" },
  groupAllowlist: { en: "Only those you choose (recommended)", zh: "仅选定的群（推荐）" },
  groupOpen: { en: "Every group it is in, when mentioned", zh: "所有已加入的群，@ 时回答" },
  groupDisabled: { en: "None", zh: "不在群里回答" },
  chooseGroups: { en: "Groups to answer in", zh: "选择群" },
  groupIds: { en: "Ids of the groups (oc_…, separated by commas)", zh: "群 ID（oc_…，用逗号分隔）" },
  badGroupId: { en: "not the id of a group (oc_…)", zh: "不是群 ID（oc_…）" },
  allowFrom: {
    en: "People who may write to the bot (open_id ou_…, separated by commas)",
    zh: "可以与机器人对话的人（open_id ou_…，用逗号分隔）",
  },
  badOpenId: { en: "not an open_id (ou_…)", zh: "不是 open_id（ou_…）" },
  liveSourceTitle: { en: "Code while it is written", zh: "代码边写边看" },
  liveSource: {
    en: "With OpenAI-compatible providers OpenClaw holds back code and the text of reasoning models until they are complete.\nIf you agree, this plugin reads its own turns' model streams in this process (text that is still being written, also what is later withheld; nothing is stored or sent elsewhere), so that cards show it as it comes.",
    zh: "使用 OpenAI 兼容的服务商时，OpenClaw 会把代码和推理模型的文字留到写完才给出。\n如果同意，本插件会在本进程内读取自己这些轮次的模型数据流（尚在书写的文字，包括之后可能被撤下的内容；不保存、不外传），卡片即可实时显示。",
  },
  liveSourceAsk: { en: "Show text as the model writes it?", zh: "是否实时显示模型正在写的文字？" },
  larkCliAsk: {
    en: "set it up with this app? (documents, wiki, calendar, tasks)",
    zh: "用这个应用配置它吗？（文档、知识库、日历、任务）",
  },
  larkCliDone: {
    en: "lark-cli uses this app; to act as yourself: lark-cli auth login",
    zh: "lark-cli 已使用这个应用；如需以你本人身份操作：lark-cli auth login",
  },
  nextTitle: { en: "In the developer console", zh: "在开发者后台" },
  scan: { en: "There is none yet: make it by scanning a code", zh: "还没有应用：扫码创建" },
  scanTitle: {
    en: "Scan with Feishu or Lark (or open the link) and confirm",
    zh: "用飞书或 Lark 扫码（或打开链接）并确认",
  },
  scanned: { en: "The app exists", zh: "应用已创建" },
  scanNothing: { en: "No app came of it", zh: "没有创建应用" },
  configured: { en: "configured", zh: "已配置" },
  unconfigured: { en: "needs App ID and App Secret", zh: "需要 App ID 与 App Secret" },
};

const SCAN_FAILURES: Readonly<Record<RegistrationErrorCode, Localized>> = {
  denied: { en: "It was refused on the page.", zh: "页面上选择了拒绝。" },
  expired: { en: "Nobody confirmed in time.", zh: "超时未确认。" },
  unreachable: { en: "Feishu's account service cannot be reached from here.", zh: "此处连不上飞书的账号服务。" },
  refused: {
    en: "Feishu did not go along. Make the app in the developer console.",
    zh: "飞书没有接受请求，请在开发者后台创建应用。",
  },
};

/** The texts in one language. */
export type SetupTexts = Readonly<Record<Key, string>> & {
  /** Why scanning gave no app. */
  readonly scanFailures: Readonly<Record<RegistrationErrorCode, string>>;
};

/** The texts of guided setup in `language`. */
export function setupTexts(language: Language): SetupTexts {
  const inLanguage = (texts: Readonly<Record<string, Localized>>): object =>
    Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, text[language]]));
  // One text per key.
  return { ...inLanguage(TEXTS), scanFailures: inLanguage(SCAN_FAILURES) } as SetupTexts;
}

/** What is left to do in the console, with the pages to do it on. `console` is the console's own page of the app. */
export function nextSteps(language: Language, page: string): string {
  return language === "zh"
    ? [
        `1. 事件与回调：选择“使用长连接接收”，订阅事件 im.message.receive_v1、im.message.reaction.created_v1 与回调 card.action.trigger：${page}/event`,
        `2. 创建并发布版本：${page}/version`,
        "3. 启动网关：openclaw gateway run（保存长连接订阅时网关须在运行）",
      ].join("\n")
    : [
        `1. Events & Callbacks: choose the long connection; subscribe to the events im.message.receive_v1 and im.message.reaction.created_v1 and to the callback card.action.trigger: ${page}/event`,
        `2. Create and publish a version: ${page}/version`,
        "3. Start the gateway: openclaw gateway run (it has to run while the long connection is saved)",
      ].join("\n");
}
