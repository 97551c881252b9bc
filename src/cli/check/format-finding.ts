import type { Finding } from "../../../extensions/feishu/index.ts";
import type { Language } from "../../plugin-sdk/index.ts";
import { printableLines } from "../terminal/terminal-text.ts";

const MARKS: Readonly<Record<Finding["status"], string>> = { ok: "✓", warn: "!", fail: "✗", skip: "?" };

/** `mark title: detail`, then what to do and where, indented. */
export function formatFinding(finding: Finding, language: Language): string {
  const { title, status, detail, fix, url } = finding;
  const colon = language === "zh" ? "：" : ": ";
  const lines = [`${MARKS[status]} ${title[language]}${detail === undefined ? "" : `${colon}${detail[language]}`}`];
  if (fix !== undefined) lines.push(`    → ${fix[language]}`);
  if (url !== undefined) lines.push(`      ${url}`);
  return printableLines(lines.join("\n"));
}

const SCOPE = "scope:";

/** The scope that a finding says is missing. */
export const missingScope = ({ id, status }: Finding): string | undefined =>
  id.startsWith(SCOPE) && (status === "fail" || status === "warn") ? id.slice(SCOPE.length) : undefined;
