import JSON5 from "json5";
import { parseConfig } from "../../plugin-sdk/index.ts";
import type { ConfigIssue, ParsedConfig } from "../../plugin-sdk/index.ts";
import { hostConfigSchema } from "./schema.ts";
import type { HostConfig } from "./schema.ts";

/** Environment variables; handed in so that tests are not at the mercy of the machine's. */
export type Env = Readonly<Record<string, string | undefined>>;

/**
 * Reads the config file's text (JSON5). `${NAME}` in a string is replaced by that environment variable, so that secrets need not be
 * in the file.
 */
export function readHostConfig(text: string, env: Env): ParsedConfig<HostConfig> {
  let raw: unknown;
  try {
    raw = JSON5.parse(text);
  } catch (error) {
    return { value: undefined, issues: [syntaxIssue(error)], unknownKeys: [] };
  }
  const missing: ConfigIssue[] = [];
  const filled = fillIn(raw, env, "", missing);
  const parsed = parseConfig(hostConfigSchema, filled, "");
  const issues = [...missing, ...parsed.issues];
  return { value: issues.length === 0 ? parsed.value : undefined, issues, unknownKeys: parsed.unknownKeys };
}

const VARIABLE = /\$\{(?<name>[A-Z_][A-Z\d_]*)\}/gu;

function fillIn(value: unknown, env: Env, path: string, missing: ConfigIssue[]): unknown {
  if (typeof value === "string") {
    return value.replace(VARIABLE, (all, name: string) => {
      const found = env[name];
      if (found !== undefined && found !== "") return found;
      missing.push({
        path,
        problem: { en: `the environment variable ${name} is not set`, zh: `环境变量 ${name} 没有设置` },
        fix: { en: `set ${name}, or write the value here`, zh: `请设置 ${name}，或在此直接填写` },
      });
      return all;
    });
  }
  if (Array.isArray(value)) return value.map((item, i) => fillIn(item, env, `${path}.${i}`, missing));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, fillIn(item, env, path === "" ? key : `${path}.${key}`, missing)]),
  );
}

function syntaxIssue(error: unknown): ConfigIssue {
  const message = error instanceof Error ? error.message.replace(/^JSON5: /u, "") : "cannot be read";
  return {
    path: "(file)",
    problem: { en: `not valid JSON5: ${message}`, zh: `不是合法的 JSON5：${message}` },
    fix: {
      en: "look at that line and column; a comma, quote or brace is missing or too many",
      zh: "请检查该行列处是否多了或少了逗号、引号或括号",
    },
  };
}
