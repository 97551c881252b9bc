import { FeishuApiError, FeishuInputError } from "../../extensions/feishu/index.ts";
import type { Language } from "../plugin-sdk/index.ts";
import { cliStrings } from "./strings/index.ts";

/** Why an account could not be connected, in the person's language, with what to do where that is known. */
export function explainConnectFailure(error: unknown, language: Language): string {
  const { errors } = cliStrings[language];
  if (error instanceof FeishuInputError && error.field === "appId") return errors.badAppId;
  if (error instanceof FeishuApiError && error.row !== undefined) {
    const { meaning, remedy } = error.row;
    return `${meaning[language]} (${error.apiCode})\n    → ${remedy[language]}`;
  }
  return error instanceof Error ? error.message : String(error);
}
