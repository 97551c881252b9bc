import type { Language, Localized } from "./language.ts";

/** One thing that is wrong in the configuration: where, what, and what to do about it. */
export interface ConfigIssue {
  /** Dotted path in the config file (`channels.feishu.appId`), or the name of an environment variable. */
  readonly path: string;
  readonly problem: Localized;
  readonly fix: Localized;
}

/** The issues as lines for a terminal: `path: problem`, then the fix indented below. */
export function formatConfigIssues(issues: readonly ConfigIssue[], language: Language): string {
  return issues.map(({ path, problem, fix }) => `${path}: ${problem[language]}\n    → ${fix[language]}`).join("\n");
}
