import { findPreset } from "../../llm/index.ts";
import type { HostConfigReading } from "../../host/index.ts";
import type { ConfigIssue } from "../../plugin-sdk/index.ts";

/**
 * Where a config file came from. One that was named on the command line is the operator's word; one that was found in the current
 * folder may be anybody's who could put a file there: a repository, an archive, a colleague.
 */
export type ConfigOrigin = "named" | "found";

/** What {@link findTrustIssues} judges. */
export interface TrustedConfig extends Pick<HostConfigReading, "sections" | "variables"> {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly origin: ConfigOrigin;
}

/** Something that is sent somewhere: an app's secret, a model's key, the headers of an MCP server. */
interface Sending {
  /** Path of the setting that says where to. */
  readonly path: string;
  /** Where to, when the file says so and it is not one of the addresses built in. */
  readonly address: string | undefined;
  readonly proxy: string | undefined;
  /** Environment variables that go along. */
  readonly names: readonly string[];
  /** Whether something secret goes along at all. */
  readonly isSecret: boolean;
}

/**
 * The one place that decides which secrets of the environment a config file may use, and where they may go. They go to addresses that
 * are built in, or come from the environment or from a file that the command line names; and off this machine only by https.
 */
export function findTrustIssues(given: TrustedConfig): ConfigIssue[] {
  const sendings = [...apps(given), ...models(given), ...servers(given)];
  return sendings.flatMap(({ path, address, proxy, names, isSecret }) => {
    if (address === undefined) return [];
    if (given.origin === "found" && names.length > 0) return [notTrusted(path, names)];
    const isPlain = /^http:/iu.test(address);
    const leaves = !isOnThisMachine(address) || (proxy !== undefined && !isOnThisMachine(proxy));
    return isSecret && isPlain && leaves ? [notSecure(path)] : [];
  });
}

/** Commands that the config starts, as a person would type them. */
export function findCommands(sections: TrustedConfig["sections"]): string[] {
  return Object.values(record(record(sections["mcp"])["servers"])).flatMap((server) => {
    const { command, args, disabled } = record(server);
    if (typeof command !== "string" || disabled === true) return [];
    return [[command, ...(Array.isArray(args) ? args : [])].map(String).join(" ")];
  });
}

function apps({ sections, variables, env }: TrustedConfig): Sending[] {
  const top = record(record(sections["channels"])["feishu"]);
  const accounts = Object.entries(record(top["accounts"]));
  const levels = [
    { path: "channels.feishu", own: top },
    ...accounts.map(([id, own]) => ({ path: `channels.feishu.accounts.${id}`, own: record(own) })),
  ];
  return levels.map(({ path, own }): Sending => {
    const at = (key: string): string => (own[key] === undefined ? `channels.feishu.${key}` : `${path}.${key}`);
    const domain = text(own["domain"] ?? top["domain"]);
    const isOwn =
      domain !== undefined &&
      !BUILT_IN_DOMAINS.has(domain.replace(/\/+$/u, "")) &&
      !isFromEnv(domain, ["FEISHU_DOMAIN", "LARK_DOMAIN"], env);
    // A proxy sees whatever is not encrypted on its way.
    const proxy = text(own["proxy"] ?? top["proxy"]);
    const inEnv = env["FEISHU_DOMAIN"]?.trim();
    const seen = proxy !== undefined && domain === undefined && inEnv?.startsWith("http:") === true ? inEnv : undefined;
    const written = ["appId", "appSecret", "proxy"].flatMap((key) => variables.get(at(key)) ?? []);
    // Without credentials in the file those of the environment are used.
    const usesEnv = (own["appSecret"] ?? top["appSecret"]) === undefined && Boolean(env["FEISHU_APP_SECRET"]?.trim());
    return {
      path: at("domain"),
      address: isOwn && !variables.has(at("domain")) ? domain : seen,
      proxy,
      names: [...written, ...(usesEnv ? ["FEISHU_APP_SECRET"] : [])],
      isSecret: true,
    };
  });
}

function models({ sections, variables, env }: TrustedConfig): Sending[] {
  return Object.entries(record(record(sections["models"])["providers"])).map(([name, section]): Sending => {
    const path = `models.providers.${name}`;
    const preset = findPreset(name);
    const { apiKey } = record(section);
    const baseUrl = text(record(section)["baseUrl"]);
    const names = ["apiKey", "proxy"].flatMap((key) => variables.get(`${path}.${key}`) ?? []);
    const implied = apiKey === undefined && preset !== undefined && env[preset.keyEnv] ? [preset.keyEnv] : [];
    const prefix = preset?.keyEnv.replace(/API_KEY$/u, "");
    const isOwn =
      baseUrl !== undefined &&
      baseUrl !== preset?.baseUrl &&
      !(prefix !== undefined && isFromEnv(baseUrl, [`${prefix}BASE_URL`], env));
    return {
      path: `${path}.baseUrl`,
      address: isOwn && !variables.has(`${path}.baseUrl`) ? baseUrl : undefined,
      proxy: text(record(section)["proxy"]),
      names: [...names, ...implied],
      isSecret: apiKey !== undefined || implied.length > 0,
    };
  });
}

function servers({ sections, variables }: TrustedConfig): Sending[] {
  return Object.entries(record(record(sections["mcp"])["servers"])).map(([name, section]): Sending => {
    const server = record(section);
    const path = `mcp.servers.${name}`;
    const keys = ["proxy", ...Object.keys(record(server["headers"])).map((key) => `headers.${key}`)];
    return {
      path: `${path}.url`,
      address: variables.has(`${path}.url`) ? undefined : text(server["url"]),
      proxy: text(server["proxy"]),
      names: keys.flatMap((key) => variables.get(`${path}.${key}`) ?? []),
      isSecret: server["headers"] !== undefined,
    };
  });
}

const BUILT_IN_DOMAINS: ReadonlySet<string> = new Set([
  "feishu",
  "lark",
  "https://open.feishu.cn",
  "https://open.larksuite.com",
]);

const THIS_MACHINE = /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\]|host\.docker\.internal)$/iu;

/** What is no address at all is an issue of its own. */
const isOnThisMachine = (address: string): boolean => {
  const url = URL.parse(address);
  return url === null || THIS_MACHINE.test(url.hostname);
};

const isFromEnv = (address: string, names: readonly string[], env: TrustedConfig["env"]): boolean =>
  names.some((name) => env[name]?.trim() === address);

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  // An object's keys are strings; what they hold is looked at one by one.
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

const notTrusted = (path: string, names: readonly string[]): ConfigIssue => ({
  path,
  problem: {
    en: `would be sent ${names.join(", ")} of the environment, but stands in a file that was only found in the current folder`,
    zh: `会收到环境变量 ${names.join("、")}，但该文件只是在当前目录中找到的`,
  },
  fix: {
    en: "if the file is yours, name it: --config <file>; or set the address in the environment",
    zh: "若文件可信，请用 --config <文件> 指定它；或把地址写进环境变量",
  },
});

const notSecure = (path: string): ConfigIssue => ({
  path,
  problem: { en: "secrets leave this machine only by https", zh: "密钥只能经 https 离开本机" },
  fix: { en: "write an https:// address", zh: "请填写 https:// 地址" },
});
