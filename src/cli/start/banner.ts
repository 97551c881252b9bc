import type { ConnectionStatus, Language } from "../../plugin-sdk/index.ts";
import type { CliIo } from "../terminal/io.ts";
import { cliStrings } from "../strings/index.ts";
import { readVersion } from "../settings/version.ts";
import { printableLines } from "../terminal/terminal-text.ts";

/** Says what runs, where to look, and what to try. */
export function printBanner(
  facts: {
    accounts: readonly ConnectionStatus[];
    pageUrl: string | undefined;
    openAccounts: readonly string[];
    modelName: string;
    language: Language;
  },
  io: CliIo,
): void {
  const { banner } = cliStrings[facts.language];
  const bots = facts.accounts.map(({ account, bot }) => bot ?? account).join(", ");
  const rows: [string, string][] = [
    facts.pageUrl === undefined
      ? [banner.feishu, facts.accounts.map(({ account }) => account).join(", ")]
      : [banner.page, facts.pageUrl],
    [banner.bot, bots],
    [banner.model, facts.modelName],
  ];
  const width = Math.max(...rows.map(([label]) => columns(label)));
  const lines = [
    `cardstream ${readVersion()}`,
    "",
    ...rows.map(([label, value]) => `  ${pad(label, width)}  ${value}`),
    "",
  ];
  if (facts.openAccounts.length > 0) lines.push(banner.openTo(facts.openAccounts));
  if (facts.pageUrl === undefined) lines.push(banner.waiting);
  else lines.push(banner.tryTitle, ...banner.tries.map((line) => `  · ${line}`), "");
  lines.push(banner.stop, "");
  io.out(printableLines(lines.join("\n")));
}

/** Columns on a terminal: Chinese characters take two. */
const columns = (text: string): number =>
  Array.from(text).reduce((sum, char) => sum + (/[\u2e80-\u9fff\uff00-\uffef]/u.test(char) ? 2 : 1), 0);

const pad = (text: string, width: number): string => text + " ".repeat(width - columns(text));
