import type { Language } from "../../plugin-sdk/index.ts";

/** What commands on one app say about which app that is. */
interface AccountStrings {
  readonly none: string;
  unknown(id: string, known: string): string;
}

/** By language. */
export const accountStrings: Readonly<Record<Language, AccountStrings>> = {
  en: {
    none: [
      "No Feishu app is configured.",
      "    → make one by scanning a code: cardstream init",
      "    → set FEISHU_APP_ID and FEISHU_APP_SECRET (LARK_… for Lark), or channels.feishu in the config file",
      "    → or try it locally: run `cardstream emulator`, set the app it prints and FEISHU_DOMAIN=http://127.0.0.1:7337",
    ].join("\n"),
    unknown: (id, known) => `There is no account ${id}. Configured: ${known}`,
  },
  zh: {
    none: [
      "没有配置飞书应用。",
      "    → 扫码创建：cardstream init",
      "    → 请设置 FEISHU_APP_ID 和 FEISHU_APP_SECRET（Lark 用 LARK_…），或配置文件中的 channels.feishu",
      "    → 也可以在本地试用：运行 `cardstream emulator`，使用它打印的应用，并设置 FEISHU_DOMAIN=http://127.0.0.1:7337",
    ].join("\n"),
    unknown: (id, known) => `没有账号 ${id}。已配置：${known}`,
  },
};
