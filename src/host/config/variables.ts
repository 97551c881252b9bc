import type { ConfigIssue } from "../../plugin-sdk/index.ts";

/** Environment variables; handed in so that tests are not at the mercy of the machine's. */
export type Env = Readonly<Record<string, string | undefined>>;

/** A config with its variables replaced. */
export interface Expanded {
  readonly value: unknown;
  readonly issues: readonly ConfigIssue[];
  readonly warnings: readonly ConfigIssue[];
  /** Names of the variables that were read, by the dotted path of the setting that holds them. */
  readonly variables: ReadonlyMap<string, readonly string[]>;
}

/**
 * How a setting takes `${NAME}`: anywhere in it (a secret), as the whole of it (an address, whose host must not be put together from
 * what a file picks), or also between `://` and `@` (a proxy's password).
 */
type Use = "anywhere" | "whole" | "credentials";

/** Settings that are read from the environment; `*` is any key. What people read or a model is told is not among them. */
const SETTINGS: readonly { readonly path: readonly string[]; readonly use: Use }[] = [
  ...[
    ["channels", "*"],
    ["channels", "*", "accounts", "*"],
  ].flatMap(
    (at) =>
      [
        ...["appId", "appSecret", "encryptKey", "verificationToken"].map((key) => ({
          path: [...at, key],
          use: "anywhere" as const,
        })),
        { path: [...at, "domain"], use: "whole" },
        { path: [...at, "proxy"], use: "credentials" },
      ] as const,
  ),
  { path: ["models", "providers", "*", "apiKey"], use: "anywhere" },
  { path: ["models", "providers", "*", "baseUrl"], use: "whole" },
  { path: ["models", "providers", "*", "proxy"], use: "credentials" },
  { path: ["shared", "redis"], use: "whole" },
  { path: ["mcp", "servers", "*", "url"], use: "whole" },
  { path: ["mcp", "servers", "*", "proxy"], use: "credentials" },
  { path: ["mcp", "servers", "*", "headers", "*"], use: "anywhere" },
  { path: ["mcp", "servers", "*", "env", "*"], use: "anywhere" },
  { path: ["mcp", "servers", "*", "args", "*"], use: "anywhere" },
];

const VARIABLE = /\$\{(?<name>[A-Z_][A-Z\d_]*)\}/gu;
const WHOLE = /^\$\{[A-Z_][A-Z\d_]*\}$/u;
/** What stands before the host; a host cannot begin before its `@`. */
const CREDENTIALS = /^https?:\/\/[^/?#\\@]*@/u;

/** Replaces `${NAME}` where a setting takes it, by the environment's value. */
export function expandVariables(raw: unknown, env: Env): Expanded {
  const issues: ConfigIssue[] = [];
  const warnings: ConfigIssue[] = [];
  const variables = new Map<string, readonly string[]>();

  const fill = (text: string, path: readonly string[]): string => {
    const names = [...text.matchAll(VARIABLE)].map(({ groups }) => groups?.["name"] ?? "");
    if (names.length === 0) return text;
    const at = path.join(".");
    const use = SETTINGS.find((setting) => fits(setting.path, path))?.use;
    if (use === undefined) {
      warnings.push(notRead(at));
      return text;
    }
    const head = use === "credentials" && !WHOLE.test(text) ? (CREDENTIALS.exec(text)?.[0] ?? "") : text;
    if (use !== "anywhere" && !WHOLE.test(text) && (use === "whole" || VARIABLE.test(text.slice(head.length)))) {
      VARIABLE.lastIndex = 0;
      issues.push(onlyWhole(at));
      return text;
    }
    VARIABLE.lastIndex = 0;
    variables.set(at, names);
    const escaped = use === "credentials" && !WHOLE.test(text);
    return text.replace(VARIABLE, (all, name: string) => {
      const found = env[name];
      if (found !== undefined && found !== "") return escaped ? encodeURIComponent(found) : found;
      issues.push(notSet(at, name));
      return all;
    });
  };

  const walk = (value: unknown, path: readonly string[]): unknown => {
    if (typeof value === "string") return fill(value, path);
    if (Array.isArray(value)) return value.map((item, i) => walk(item, [...path, String(i)]));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, [...path, key])]));
  };

  return { value: walk(raw, []), issues, warnings, variables };
}

const fits = (pattern: readonly string[], path: readonly string[]): boolean =>
  pattern.length === path.length && pattern.every((part, i) => part === "*" || part === path[i]);

const notSet = (path: string, name: string): ConfigIssue => ({
  path,
  problem: { en: `the environment variable ${name} is not set`, zh: `环境变量 ${name} 没有设置` },
  fix: { en: `set ${name}, or write the value here`, zh: `请设置 ${name}，或在此直接填写` },
});

const onlyWhole = (path: string): ConfigIssue => ({
  path,
  problem: {
    en: "an address cannot be put together from environment variables",
    zh: "地址不能由环境变量拼接而成",
  },
  fix: {
    en: "write the address out, or let one variable hold the whole of it",
    zh: "请写出完整地址，或用一个变量表示整个地址",
  },
});

const notRead = (path: string): ConfigIssue => ({
  path,
  problem: { en: "environment variables are not read in this setting", zh: "该设置不会读取环境变量" },
  fix: {
    en: "write the value here; variables are for secrets and whole addresses",
    zh: "请直接填写；环境变量仅用于密钥和完整地址",
  },
});
