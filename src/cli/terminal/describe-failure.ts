import {
  explainFailure,
  FeishuApiError,
  FeishuInputError,
  FeishuTransportError,
} from "../../../extensions/feishu/index.ts";
import type { Language } from "../../plugin-sdk/index.ts";
import { SharedStateError } from "../../shared/index.ts";
import { cliStrings } from "../strings/index.ts";
import { redisFix, redisTrouble } from "../strings/shared.ts";
import { printableLines } from "./terminal-text.ts";

/** Whether Feishu or the way to it failed, which {@link describeFailure} can explain; anything else is a bug of ours. */
export const isFeishuFailure = (error: unknown): error is Error =>
  error instanceof FeishuApiError || error instanceof FeishuInputError || error instanceof FeishuTransportError;

/** Why Feishu did not do what was asked, in the person's language: the cause, then what to do and where, indented. */
export function describeFailure(error: unknown, language: Language): string {
  const { errors } = cliStrings[language];
  if (error instanceof FeishuInputError && error.field === "appId") return errors.badAppId;
  if (error instanceof SharedStateError)
    return printableLines(`${redisTrouble(error)[language]}\n    → ${redisFix[language]}`);
  const { detail, fix, url } = explainFailure(error);
  const lines = [detail?.[language] ?? String(error)];
  if (fix !== undefined) lines.push(`    → ${fix[language]}`);
  if (url !== undefined) lines.push(`      ${url}`);
  return printableLines(lines.join("\n"));
}
