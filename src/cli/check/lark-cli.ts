import { larkCliVersion, runLarkCli } from "../../../extensions/feishu/index.ts";
import type { Finding } from "../../../extensions/feishu/index.ts";
import { larkCliStrings } from "../strings/lark-cli.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** Whether `lark-cli` is there and somebody is logged in; undefined when it is neither installed nor wanted. */
export async function checkLarkCli(env: Env, wanted: boolean): Promise<Finding | undefined> {
  const words = larkCliStrings;
  const check = { id: "lark-cli", title: { en: "lark-cli (documents, calendar, …)", zh: "lark-cli（文档、日历等）" } };
  const version = await larkCliVersion(env);
  if (version === undefined) {
    if (!wanted) return undefined;
    return { ...check, status: "fail", detail: both("notInstalled"), fix: both("install") };
  }
  const status = await runLarkCli(["auth", "status"], env);
  if (status?.ok !== true)
    return {
      ...check,
      status: "warn",
      detail: { en: `${version}, ${words.en.noLogin}`, zh: `${version}，${words.zh.noLogin}` },
      fix: both("login"),
    };
  return { ...check, status: "ok", detail: { en: version, zh: version } };
}

const both = (key: "notInstalled" | "install" | "login"): { en: string; zh: string } => ({
  en: larkCliStrings.en[key],
  zh: larkCliStrings.zh[key],
});
