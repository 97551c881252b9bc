import type { Language } from "../../plugin-sdk/index.ts";

/** What `cardstream probe` says. */
interface ProbeStrings {
  readonly help: {
    readonly about: string;
    readonly chat: string;
    readonly only: string;
    readonly budget: string;
    readonly out: string;
    readonly dryRun: string;
    readonly yes: string;
    readonly more: string;
  };
  readonly badChat: string;
  readonly badBudget: string;
  plan(questions: number, calls: number, budget: number, chat: string, domain: string): string;
  line(name: string, calls: number): string;
  readonly nothing: string;
  readonly confirm: string;
  readonly noTerminal: string;
  readonly stopped: string;
  asking(name: string): string;
  answered(name: string, value: string): string;
  open(name: string, why: string): string;
  readonly eyes: Readonly<Record<string, { readonly watch: string; readonly ask: string }>>;
  ready(watch: string): string;
  failed(why: string): string;
  unreadable(path: string, why: string): string;
  unrecalled(count: number): string;
  done(path: string, answers: number, open: number): string;
}

/** By language. */
export const probeStrings: Readonly<Record<Language, ProbeStrings>> = {
  en: {
    help: {
      about: "find out on your tenant what Feishu's documents leave open",
      chat: "chat to try things in (oc_…); everything sent there is taken back",
      only: "only these questions, comma-separated",
      budget: "calls at most (default: 300)",
      out: "file for the answers; what it answers already is not asked again (default: feishu-world.json)",
      dryRun: "show the plan, call nothing",
      yes: "do not ask before the first call",
      more: [
        "Uses the app of the config file or of FEISHU_APP_ID and FEISHU_APP_SECRET. Choose a chat that nobody reads but you.",
        "Exit code 0: all answered; 1: some are open; 2: wrong arguments or settings.",
      ].join("\n"),
    },
    badChat: "--chat takes a chat id (oc_…); `cardstream chats` lists them.",
    badBudget: "--budget takes a whole number from 1.",
    plan: (questions, calls, budget, chat, domain) =>
      `${questions} questions, ${calls} calls at most (budget ${budget}), in ${chat} at ${domain}:`,
    line: (name, calls) => `  ${name}  (${calls})`,
    nothing: "Everything is answered already. --only asks again.",
    confirm: "Messages will appear in that chat and be taken back. Begin? (y/n) ",
    noTerminal: "Nobody is there to confirm: add --yes.",
    stopped: "Nothing was called.",
    asking: (name) => `  ${name} …`,
    answered: (name, value) => `  ${name} = ${value}`,
    open: (name, why) => `  ${name} stays open: ${why}`,
    eyes: {
      contentTypes: { watch: "a card whose text is written all at once", ask: "Did the text type itself out? (y/n) " },
      closeShowsTheRest: {
        watch: "a slow card that is closed after a second",
        ask: "Did the rest of the text appear at once? (y/n) ",
      },
      patchTypes: {
        watch: "a card whose element is changed as a whole",
        ask: "Did the text type itself out? (y/n) ",
      },
    },
    ready: (watch) => `Look at the chat now: ${watch}. It comes in 3 s …`,
    failed: (why) => `The probe cannot go on: ${why}`,
    unreadable: (path, why) => `${path}: ${why}`,
    unrecalled: (count) => `${count} messages could not be taken back; the next run tries again.`,
    done: (path, answers, open) =>
      `${answers} answers in ${path}, ${open} open. Use it: cardstream emulator --world ${path}`,
  },
  zh: {
    help: {
      about: "在你的租户上弄清飞书文档没有写明的行为",
      chat: "用来试验的会话（oc_…）；发到那里的内容都会撤回",
      only: "只问这些问题，以逗号分隔",
      budget: "最多调用次数（默认 300）",
      out: "存放答案的文件；已有的答案不再重复提问（默认 feishu-world.json）",
      dryRun: "只显示计划，不做任何调用",
      yes: "首次调用前不再询问",
      more: [
        "使用配置文件或 FEISHU_APP_ID、FEISHU_APP_SECRET 指定的应用。请选择只有你自己会看的会话。",
        "退出码 0：全部有答案；1：仍有未决；2：参数或设置有误。",
      ].join("\n"),
    },
    badChat: "--chat 需要会话 ID（oc_…）；`cardstream chats` 可列出。",
    badBudget: "--budget 需要从 1 开始的整数。",
    plan: (questions, calls, budget, chat, domain) =>
      `共 ${questions} 个问题，最多 ${calls} 次调用（上限 ${budget}），在 ${domain} 的 ${chat} 中进行：`,
    line: (name, calls) => `  ${name}（${calls}）`,
    nothing: "都已有答案。用 --only 可再次提问。",
    confirm: "该会话中会出现消息，随后撤回。开始吗？(y/n) ",
    noTerminal: "无人可以确认：请加 --yes。",
    stopped: "没有做任何调用。",
    asking: (name) => `  ${name} …`,
    answered: (name, value) => `  ${name} = ${value}`,
    open: (name, why) => `  ${name} 未决：${why}`,
    eyes: {
      contentTypes: { watch: "一张文字一次写入的卡片", ask: "文字是逐字出现的吗？(y/n) " },
      closeShowsTheRest: { watch: "一张一秒后关闭的慢速卡片", ask: "其余文字是一下子出现的吗？(y/n) " },
      patchTypes: { watch: "一张整体更新组件的卡片", ask: "文字是逐字出现的吗？(y/n) " },
    },
    ready: (watch) => `现在请看会话：${watch}，3 秒后出现……`,
    failed: (why) => `无法继续：${why}`,
    unreadable: (path, why) => `${path}：${why}`,
    unrecalled: (count) => `有 ${count} 条消息未能撤回；下次运行会再试。`,
    done: (path, answers, open) =>
      `${path} 中有 ${answers} 个答案，${open} 个未决。使用方法：cardstream emulator --world ${path}`,
  },
};
