import type { Language } from "../../plugin-sdk/index.ts";

/** What `cardstream doctor` says besides its findings. */
interface DoctorStrings {
  readonly help: { readonly about: string; readonly chat: string; readonly noModel: string; readonly more: string };
  account(id: string): string;
  model(name: string): string;
  readonly modelWorks: (firstMs: number) => string;
  /** Cards that earlier runs could not close. */
  readonly owed: string;
  closed(closed: number, found: number): string;
  readonly owedFix: string;
  readonly demo: string;
  readonly demoFix: string;
  readonly chatNeedsOne: string;
  grantAll(scopes: readonly string[], url: string, appId: string): string;
  summary(counts: { ok: number; warn: number; fail: number; skip: number }): string;
}

/** By language. */
export const doctorStrings: Readonly<Record<Language, DoctorStrings>> = {
  en: {
    help: {
      about: "check credentials, permissions, events, cards and the model; say what to do about each failure",
      chat: "also stream a card into this chat (oc_…)",
      noModel: "do not ask the model (it costs a few tokens)",
      more: [
        "Without --chat nobody sees anything: the card is created and not sent.",
        "Events are checked without connecting, so a running bot keeps them.",
        "",
        "✓ fine  ! works, but something is missing  ✗ broken  ? could not be checked",
        "Exit codes: 0 nothing is broken, 1 something is, 2 wrong arguments or settings.",
      ].join("\n"),
    },
    account: (id) => `Account ${id}`,
    model: (name) => `model ${name}`,
    modelWorks: (firstMs) => `answers, first word after ${Math.round(firstMs)} ms`,
    owed: "cards left open by earlier runs",
    closed: (closed, found) => `${closed} of ${found} closed now`,
    owedFix:
      "Feishu does not let the others be closed yet; every later command and start on this app goes on trying, for 14 days",
    demo: "none is configured; `cardstream start` answers with the scripted demo",
    demoFix: "set OPENAI_API_KEY and OPENAI_MODEL, or models.providers (docs/en/how-to/choose-a-model.md)",
    grantAll: (scopes, url, appId) =>
      `All missing permissions at once (${scopes.length}): cardstream init --app ${appId}, confirm by scanning a code\n    or in the console: ${url}`,
    chatNeedsOne: "--chat takes the id of a chat, oc_… (see cardstream chats).",
    summary: ({ ok, warn, fail, skip }) => `${ok} fine, ${warn} to mend, ${fail} broken, ${skip} not checked`,
  },
  zh: {
    help: {
      about: "检查凭证、权限、事件、卡片与模型，并逐项给出处理办法",
      chat: "另在该群（oc_…）流式写一张卡片",
      noModel: "不检查模型（会消耗少量 token）",
      more: [
        "不带 --chat 时没有人会看到任何内容：卡片只创建，不发送。",
        "检查事件时不会建立连接，运行中的机器人不受影响。",
        "",
        "✓ 正常  ! 可用但有缺失  ✗ 有故障  ? 无法检查",
        "退出码：0 没有故障，1 有故障，2 参数或设置有误。",
      ].join("\n"),
    },
    account: (id) => `账号 ${id}`,
    model: (name) => `模型 ${name}`,
    modelWorks: (firstMs) => `可用，首字 ${Math.round(firstMs)} ms`,
    owed: "此前运行未能收尾的卡片",
    closed: (closed, found) => `共 ${found} 张，本次已收尾 ${closed} 张`,
    owedFix: "其余卡片飞书暂不接受收尾；14 天内，之后针对该应用的每条命令和每次启动都会继续尝试",
    demo: "未配置模型；`cardstream start` 将由内置演示模型回答",
    demoFix: "请设置 OPENAI_API_KEY 与 OPENAI_MODEL，或 models.providers（见 docs/zh/how-to/choose-a-model.md）",
    grantAll: (scopes, url, appId) =>
      `一次补上全部缺少的权限（${scopes.length} 项）：运行 cardstream init --app ${appId} 并扫码确认\n    或在后台开通：${url}`,
    chatNeedsOne: "--chat 需要群的 ID，即 oc_…（可用 cardstream chats 查看）。",
    summary: ({ ok, warn, fail, skip }) => `${ok} 项正常，${warn} 项待完善，${fail} 项故障，${skip} 项未检查`,
  },
};
