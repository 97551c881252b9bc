import type { Language } from "../../plugin-sdk/index.ts";

/** What is said about `lark-cli`. */
interface LarkCliStrings {
  readonly notInstalled: string;
  readonly install: string;
  readonly noLogin: string;
  readonly login: string;
  offer(version: string): string;
  readonly done: string;
  failed(why: string): string;
}

/** By language. */
export const larkCliStrings: Readonly<Record<Language, LarkCliStrings>> = {
  en: {
    notInstalled: "not installed",
    install: "npm install --global @larksuite/cli",
    noLogin: "nobody is logged in",
    login: "lark-cli auth login",
    offer: (version) =>
      `\nlark-cli ${version} is here (documents, wiki, calendar, tasks). Set it up with this app? (y/N) `,
    done: "✓ lark-cli uses this app; to act as yourself: lark-cli auth login",
    failed: (why) => `! lark-cli did not take the app: ${why}`,
  },
  zh: {
    notInstalled: "未安装",
    install: "npm install --global @larksuite/cli",
    noLogin: "没有人登录",
    login: "lark-cli auth login",
    offer: (version) => `\n检测到 lark-cli ${version}（文档、知识库、日历、任务）。用这个应用配置它吗？（y/N）`,
    done: "✓ lark-cli 已使用这个应用；如需以你本人身份操作：lark-cli auth login",
    failed: (why) => `! lark-cli 没有接受这个应用：${why}`,
  },
};
