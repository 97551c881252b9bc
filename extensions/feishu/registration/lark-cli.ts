import { execFile } from "node:child_process";
import type { RegisteredApp } from "./register-app.ts";

/** Longest time a question to it may take, milliseconds. */
const WITHIN_MS = 10_000;

type Env = Readonly<Record<string, string | undefined>>;

/** What a run of `lark-cli` gave; undefined when it is not installed. */
export function runLarkCli(
  args: readonly string[],
  env: Env,
  input?: string,
): Promise<{ ok: boolean; text: string } | undefined> {
  return new Promise((resolve) => {
    const child = execFile(
      "lark-cli",
      args,
      { env: { ...env }, timeout: WITHIN_MS, windowsHide: true },
      (error, stdout, stderr) => {
        if (error?.code === "ENOENT") resolve(undefined);
        else resolve({ ok: error === null, text: (stdout + stderr).trim() });
      },
    );
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
  });
}

/** The version of `lark-cli`; undefined when it is not installed. */
export async function larkCliVersion(env: Env): Promise<string | undefined> {
  const answer = await runLarkCli(["--version"], env);
  return answer === undefined ? undefined : (/\d+\.\d+\.\d+/u.exec(answer.text)?.[0] ?? "?");
}

/**
 * Sets `lark-cli` up with the same app. The secret goes by standard input alone: arguments can be read by every program of the machine.
 * Undefined when it worked, else what it says.
 */
export async function setUpLarkCli(
  { appId, appSecret, domain }: Pick<RegisteredApp, "appId" | "appSecret" | "domain">,
  env: Env,
): Promise<string | undefined> {
  const brand = domain === "lark" ? "lark" : "feishu";
  const args = ["config", "init", "--app-id", appId, "--app-secret-stdin", "--brand", brand];
  const answer = await runLarkCli(args, env, `${appSecret}\n`);
  if (answer?.ok === true) return undefined;
  return answer?.text.replaceAll(appSecret, "…") ?? "lark-cli";
}
