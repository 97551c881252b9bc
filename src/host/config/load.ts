import JSON5 from "json5";
import { errorText } from "../../log/index.ts";
import { parseConfig } from "../../plugin-sdk/index.ts";
import type { ConfigIssue, ParsedConfig } from "../../plugin-sdk/index.ts";
import { hostConfigSchema } from "./schema.ts";
import type { HostConfig } from "./schema.ts";
import { expandVariables } from "./variables.ts";
import type { Env, Expanded } from "./variables.ts";

/** What a config file says; other rooms check the sections that are theirs. */
export interface HostConfigReading extends ParsedConfig<HostConfig>, Pick<Expanded, "variables"> {
  /** Everything as it is written, variables filled in; there also when the host's own part has issues. */
  readonly sections: Readonly<Record<string, unknown>>;
}

/**
 * Reads the config file's text (JSON5). `${NAME}` is replaced by that environment variable in settings that hold a secret or an
 * address, so that secrets need not be in the file.
 */
export function readHostConfig(text: string, env: Env): HostConfigReading {
  let raw: unknown;
  try {
    raw = JSON5.parse(text);
  } catch (error) {
    const issue = text.trim() === "" ? EMPTY : syntaxIssue(error);
    return { value: undefined, issues: [issue], unknownKeys: [], sections: {}, variables: new Map() };
  }
  const { value: filled, issues: missing, warnings, variables } = expandVariables(raw, env);
  const parsed = parseConfig(hostConfigSchema, filled, "");
  const issues = [...missing, ...parsed.issues];
  return {
    value: issues.length === 0 ? parsed.value : undefined,
    issues,
    unknownKeys: parsed.unknownKeys,
    warnings,
    sections: typeof filled === "object" && filled !== null ? { ...filled } : {},
    variables,
  };
}

const EMPTY: ConfigIssue = {
  path: "(file)",
  problem: { en: "is empty", zh: "文件是空的" },
  fix: { en: "write { } into it, or remove it", zh: "请写入 { }，或删除该文件" },
};

function syntaxIssue(error: unknown): ConfigIssue {
  const message = errorText(error).replace(/^JSON5: /u, "");
  // What JSON5 adds to its errors.
  const { lineNumber, columnNumber } = error as { lineNumber?: number; columnNumber?: number };
  const where = `第 ${lineNumber ?? "?"} 行第 ${columnNumber ?? "?"} 列`;
  const what = message.startsWith("invalid end of input") ? "文件到此为止，还缺内容" : "有不该出现的内容";
  return {
    path: "(file)",
    problem: { en: `not valid JSON5: ${message}`, zh: `不是合法的 JSON5：${where}，${what}` },
    fix: {
      en: "look at that line and column; a comma, quote or brace is missing or too many",
      zh: "请检查该行列处是否多了或少了逗号、引号或括号",
    },
  };
}
