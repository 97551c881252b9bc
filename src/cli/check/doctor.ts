import { examineFeishu } from "../../../extensions/feishu/index.ts";
import type { Finding } from "../../../extensions/feishu/index.ts";
import { findLlmError } from "../../llm/index.ts";
import { silentLogger } from "../../log/index.ts";
import type { ConfigIssue, Language, Localized } from "../../plugin-sdk/index.ts";
import { createSystemClock } from "../../time/index.ts";
import { keepCards } from "../account/card-keeper.ts";
import { askForOneWord, explainModelError } from "../models/ask-model.ts";
import { checkShared } from "./check-shared.ts";
import { formatFinding, missingScope } from "./format-finding.ts";
import type { CliIo } from "../terminal/io.ts";
import { checkLarkCli } from "./lark-cli.ts";
import { createModels } from "../models/model-catalog.ts";
import { openAccount } from "../account/open-account.ts";
import { readSettings } from "../settings/settings.ts";
import type { Settings } from "../settings/settings.ts";
import { listenForStop, signalCode } from "../terminal/stop-on-signal.ts";
import { doctorStrings } from "../strings/doctor.ts";
import { cliStrings } from "../strings/index.ts";

/** Options of `cardstream doctor`. */
export interface DoctorOptions {
  readonly language: Language;
  readonly chat?: string | undefined;
  /** False: the model is not asked. @defaultValue true */
  readonly model?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly config?: string | undefined;
  /** @defaultValue all accounts */
  readonly account?: string | undefined;
}

/** A finding and what it is about. */
interface Row extends Finding {
  /** Undefined for what belongs to no account. */
  readonly account: string | undefined;
}

/** `cardstream doctor`: 0 when nothing is broken, 1 when something is, 2 for arguments and settings. */
export async function doctor(options: DoctorOptions, io: CliIo): Promise<number> {
  const { language } = options;
  const words = doctorStrings[language];
  if (options.chat !== undefined && !/^oc_[\w-]+$/u.test(options.chat)) {
    io.err(`${words.chatNeedsOne}\n`);
    return 2;
  }
  const settings = readSettings(options, io);
  if (settings === undefined) return 2;
  const ids = options.account === undefined ? settings.accounts.map(({ id }) => id) : [options.account];
  const stop = listenForStop(io);
  const rows: Row[] = [];
  const take = (row: Row): void => {
    rows.push(row);
    if (options.json !== true) io.out(`${formatFinding(row, language)}\n`);
  };
  try {
    // Without an account, opening one says what to set.
    for (const id of ids.length === 0 ? [undefined] : ids) {
      const opened = openAccount({ ...options, account: id, silent: true }, io);
      if (opened === undefined) return 2;
      if (options.json !== true && ids.length > 1) io.out(`${words.account(opened.account.id)}\n`);
      // A person who asks what is wrong means the cards that hang, too.
      const keeper = keepCards(opened, language);
      let left: Finding | undefined;
      try {
        const { delivery } = opened;
        const examined = examineFeishu({ delivery, env: io.env, chatId: options.chat, language, signal: stop.signal });
        const missing: string[] = [];
        for await (const finding of examined) {
          take({ ...finding, account: opened.account.id });
          const scope = missingScope(finding);
          if (scope !== undefined) missing.push(scope);
        }
        const { client } = opened;
        if (options.json !== true && missing.length > 0)
          io.out(`\n${words.grantAll(missing, client.scopeGrantUrl(missing), client.account.appId)}\n`);
      } finally {
        left = leftCards(await keeper.close());
        await opened.close();
      }
      if (left !== undefined) take({ ...left, account: opened.account.id });
    }
    if (settings.shared !== undefined)
      for (const finding of await checkShared(settings.shared, createSystemClock()))
        take({ ...finding, account: undefined });
    const larkCli = await checkLarkCli(io.env, settings.config.tools.larkCli !== undefined);
    if (larkCli !== undefined) take({ ...larkCli, account: undefined });
    if (options.model !== false) {
      take({ ...(await checkModel(settings, language, stop.signal, io)), account: undefined });
    }
  } catch (error) {
    if (stop.signal.aborted) return signalCode[await stop.received];
    throw error;
  } finally {
    stop.dispose();
  }
  const count = (status: Finding["status"]): number => rows.filter((row) => row.status === status).length;
  const counts = { ok: count("ok"), warn: count("warn"), fail: count("fail"), skip: count("skip") };
  if (options.json === true) {
    const findings = rows.map((row) => localize(row, language));
    io.out(`${JSON.stringify({ ok: counts.fail === 0, counts, findings }, undefined, 2)}\n`);
  } else io.out(`\n${words.summary(counts)}\n`);
  return counts.fail === 0 ? 0 : 1;
}

/** What became of cards that earlier runs left open; undefined when there were none. */
function leftCards({ found, closed }: { found: number; closed: number }): Finding | undefined {
  if (found === 0) return undefined;
  const { en, zh } = doctorStrings;
  const check = { id: "owed", title: { en: en.owed, zh: zh.owed } };
  const detail = { en: en.closed(closed, found), zh: zh.closed(closed, found) };
  if (closed === found) return { ...check, status: "ok", detail };
  return { ...check, status: "warn", detail, fix: { en: en.owedFix, zh: zh.owedFix } };
}

/** Whether the default model answers. */
async function checkModel(settings: Settings, language: Language, signal: AbortSignal, io: CliIo): Promise<Finding> {
  const words = doctorStrings;
  const clock = createSystemClock();
  const logger = silentLogger;
  const found = createModels({ settings, env: io.env, language, clock, logger, random: Math.random });
  const { catalog } = found;
  const name = catalog.defaultName;
  const check = { id: "model", title: { en: words.en.model(name), zh: words.zh.model(name) } };
  try {
    if (found.isDemo) {
      const detail = { en: words.en.demo, zh: words.zh.demo };
      const [missing] = found.begun;
      if (missing !== undefined) return { ...check, status: "warn", detail: toDetail(missing), fix: missing.fix };
      return { ...check, status: "warn", detail, fix: { en: words.en.demoFix, zh: words.zh.demoFix } };
    }
    const { firstMs } = await askForOneWord(catalog.open(name), clock, signal);
    return { ...check, status: "ok", detail: { en: words.en.modelWorks(firstMs), zh: words.zh.modelWorks(firstMs) } };
  } catch (error) {
    signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    const reason = `${found.urlOf(name)}: ${why}`;
    const failure = findLlmError(error);
    const fix = { en: explainModelError(failure, cliStrings.en), zh: explainModelError(failure, cliStrings.zh) };
    return { ...check, status: "fail", detail: { en: reason, zh: reason }, fix };
  } finally {
    await catalog.close();
  }
}

const toDetail = ({ path, problem }: ConfigIssue): Localized => ({
  en: `${path}: ${problem.en}`,
  zh: `${path}：${problem.zh}`,
});

/** A finding as JSON: one language, no empty fields. */
function localize({ id, account, status, title, detail, fix, url, code }: Row, language: Language): object {
  return { id, account, status, title: title[language], detail: detail?.[language], fix: fix?.[language], url, code };
}
