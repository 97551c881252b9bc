import { createFeishuInstance, examineFeishu } from "../../../extensions/feishu/index.ts";
import type { Finding, RegisteredApp } from "../../../extensions/feishu/index.ts";
import type { Language } from "../../plugin-sdk/index.ts";
import type { Clock } from "../../time/index.ts";
import { formatFinding, missingScope } from "../check/format-finding.ts";
import type { CliIo } from "../terminal/io.ts";
import { initStrings } from "../strings/init.ts";

/** What the check of a new app works with. */
export interface CheckOptions {
  readonly language: Language;
  readonly proxy: string | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Feishu's code for it. */
const SCOPE_MISSING = 99_991_672;

/**
 * Examines the app as `doctor` does, and names in one place what the platform did not grant, with one link for all of it. True when
 * nothing is broken.
 */
export async function checkRegistered(app: RegisteredApp, options: CheckOptions, io: CliIo): Promise<boolean> {
  const { language, proxy, clock, signal } = options;
  const words = initStrings[language];
  const { appId, appSecret, domain } = app;
  const instance = createFeishuInstance({ appId, appSecret, domain, proxy, clock });
  const { client, delivery } = instance;
  io.err(`\n${words.checking}\n`);
  const missing: string[] = [];
  let works = true;
  try {
    for await (const finding of examineFeishu({ delivery, env: io.env, language, signal })) {
      if (finding.status === "fail") works = false;
      const scope = missingScope(finding);
      if (scope === undefined) io.err(`${formatFinding(withoutScopeLink(finding), language)}\n`);
      else missing.push(scope);
    }
    if (missing.length > 0) {
      io.err(`! ${words.missingScopes(missing)}\n    → ${words.missingFix}\n      ${client.scopeGrantUrl(missing)}\n`);
    }
  } finally {
    await instance.close();
  }
  return works;
}

/** What fails for want of a scope has its remedy below, where all of them are. */
const withoutScopeLink = (finding: Finding): Finding =>
  finding.code === SCOPE_MISSING ? { ...finding, fix: undefined, url: undefined } : finding;
