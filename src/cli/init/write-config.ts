import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import JSON5 from "json5";
import type { RegisteredApp } from "../../../extensions/feishu/index.ts";

/** A model that was chosen, as the config file names it. */
export interface ChosenModel {
  readonly provider: string;
  readonly model: string;
  readonly apiKey: string | undefined;
}

/** Only its owner may read a file that holds secrets. */
const SECRET_MODE = 0o600;

/** The config file of a new bot. */
export function configText(app: RegisteredApp, model: ChosenModel | undefined): string {
  const { appId, appSecret, domain } = app;
  const config = {
    channels: { feishu: { appId, appSecret, domain } },
    ...(model && {
      agents: { defaults: { model: `${model.provider}/${model.model}` } },
      models: { providers: { [model.provider]: { apiKey: model.apiKey, models: [model.model] } } },
    }),
  };
  return `// Made by cardstream init. It holds secrets: keep it to yourself. All settings: docs/en/reference/config.md\n${JSON5.stringify(config, undefined, 2)}\n`;
}

/** Writes a file that is not there yet, for its owner alone. @throws what writing throws; EEXIST when somebody was faster */
export async function writeSecret(path: string, text: string): Promise<void> {
  await writeFile(path, text, { flag: "wx", mode: SECRET_MODE });
}

/** The same as lines for a shell; values are quoted so that no shell reads anything into them. */
export function exportLines(app: RegisteredApp, model: ChosenModel | undefined, keyEnv: string | undefined): string {
  const prefix = app.domain === "lark" ? "LARK" : "FEISHU";
  const names: Readonly<Record<string, string | undefined>> = {
    [`${prefix}_APP_ID`]: app.appId,
    [`${prefix}_APP_SECRET`]: app.appSecret,
    [`${prefix}_DOMAIN`]: app.domain === "feishu" || app.domain === "lark" ? undefined : app.domain,
    ...(model && keyEnv && { [keyEnv]: model.apiKey, [keyEnv.replace(/API_KEY$/u, "MODEL")]: model.model }),
  };
  return Object.entries(names)
    .flatMap(([name, value]) =>
      value === undefined ? [] : [`export ${name}='${value.replaceAll("'", String.raw`'\''`)}'\n`],
    )
    .join("");
}

/** The app that a config file names; undefined when it names none or cannot be read. */
export function appInFile(path: string): string | undefined {
  try {
    // Only looked at here; the command that uses the file checks it.
    const config = JSON5.parse<{ channels?: { feishu?: { appId?: unknown } } } | null>(readFileSync(path, "utf8"));
    const appId = config?.channels?.feishu?.appId;
    return typeof appId === "string" ? appId : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a file would belong to a Git repository. */
export function isInGit(path: string): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) return true;
    if (folder === dirname(folder)) return false;
  }
}
