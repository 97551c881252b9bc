import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { resolve } from "node:path";
import { sharedScope } from "../../../extensions/feishu/index.ts";
import type { HostConfig } from "../../host/index.ts";
import type { Logger } from "../../log/index.ts";
import type { ConfigIssue } from "../../plugin-sdk/index.ts";
import { openRedisState, readRedisAddress, RedisAddressError } from "../../shared/index.ts";
import type { ProcessInfo, RedisAddress, RedisAddressFault, SharedState } from "../../shared/index.ts";
import type { Clock } from "../../time/index.ts";
import { readVersion } from "./version.ts";

/** Where processes of one app share what they share. */
export interface SharedSettings {
  readonly address: RedisAddress;
  readonly prefix: string;
  /** PEM certificates. */
  readonly ca: string | undefined;
}

/** The section `shared`, else the environment; nothing of either is undefined without an issue. */
export function readShared(
  section: HostConfig["shared"] | undefined,
  { env, folder }: { env: Readonly<Record<string, string | undefined>>; folder: string },
): { readonly value: SharedSettings | undefined; readonly issues: readonly ConfigIssue[] } {
  const written = section?.redis;
  const text = written ?? env["CARDSTREAM_REDIS"]?.trim();
  if (section === undefined || text === undefined || text === "") return { value: undefined, issues: [] };
  const issues: ConfigIssue[] = [];
  let address: RedisAddress | undefined;
  try {
    address = readRedisAddress(text);
  } catch (error) {
    if (!(error instanceof RedisAddressError)) throw error;
    issues.push(wrongAddress(written === undefined ? "CARDSTREAM_REDIS" : "shared.redis", error));
  }
  const ca = section.caFile === undefined ? undefined : readCa(resolve(folder, section.caFile), issues);
  if (address === undefined || issues.length > 0) return { value: undefined, issues };
  return { value: { address, prefix: section.prefix, ca }, issues };
}

/** Whose state a gateway's streams are in: not the bot's, whose processes could not go on with them. */
export const gatewayScope = (appId: string): string => `gateway:${appId}`;

/** Whose state the bots of `createBot` are in, the gateways of OpenClaw, and the bots of the Chat SDK. */
export const libraryScope = (appId: string): string => sharedScope("library", appId);
export const openclawScope = (appId: string): string => sharedScope("openclaw", appId);
export const chatSdkScope = (appId: string): string => sharedScope("chat-sdk", appId);

/** Whose state the streams of MCP servers are in. */
export const mcpScope = (appId: string): string => `mcp:${appId}`;

/** What other processes, and people, are told of this one. */
export const thisProcess = (clock: Pick<Clock, "wallNow">): ProcessInfo => ({
  host: hostname(),
  pid: process.pid,
  version: readVersion(),
  startedAt: clock.wallNow(),
});

/** What each app's part of it is opened by; undefined when this process is alone. */
export function openShared(
  settings: SharedSettings | undefined,
  { clock, logger }: { clock: Clock; logger: Logger },
): { open(scope: string): Promise<SharedState> } | undefined {
  return settings && { open: (scope) => openRedisState({ ...settings, scope, clock, logger }) };
}

function readCa(path: string, issues: ConfigIssue[]): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code = "unreadable" } = error as NodeJS.ErrnoException;
    issues.push({
      path: "shared.caFile",
      problem: { en: `${path} cannot be read (${code})`, zh: `无法读取 ${path}（${code}）` },
      fix: { en: "name the PEM file of the certificate's signer", zh: "请填写签发证书的 CA 的 PEM 文件" },
    });
    return undefined;
  }
}

const FAULTS: Readonly<Record<RedisAddressFault, string>> = {
  "no-url": "地址不是 URL",
  scheme: "地址必须以 redis:// 或 rediss:// 开头",
  "no-host": "地址中没有主机",
  "no-master": "主机后面必须写出 Sentinel 监控的主节点名称：redis+sentinel://主机:26379/mymaster",
  parameters: "地址后面不能带参数；密码中的 ? 和 # 请写成 %3F 和 %23",
  "sentinel-parameters":
    "地址后面只能带 sentinel_username 和 sentinel_password；密码中的 ?、#、& 和 + 请写成 %3F、%23、%26 和 %2B",
  database: "地址末尾应为数据库编号，例如 /0",
  "no-password": "地址中有用户而没有密码；只有密码时写 redis://:密码@主机",
  encoding: "地址中的用户或密码没有百分号编码：% 请写成 %25",
};

const wrongAddress = (path: string, { message, reason }: RedisAddressError): ConfigIssue => ({
  path,
  problem: { en: `the address ${message}`, zh: FAULTS[reason] },
  fix: {
    en: "redis://host:6379, rediss://user:password@host:6379 with TLS, or redis+sentinel://host:26379,host2:26379/master",
    zh: "例如 redis://主机:6379；使用 TLS 时写 rediss://用户:密码@主机:6379；使用 Sentinel 时写 redis+sentinel://主机:26379,主机2:26379/主节点名",
  },
});
