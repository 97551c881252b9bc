import { errorText } from "../../../src/log/index.ts";
import type { Localized } from "../../../src/plugin-sdk/index.ts";
import type { FeishuErrorRow } from "../client/index.ts";
import { FeishuApiError, FeishuTransportError } from "../client/index.ts";
import type { Finding } from "./finding.ts";
import { same } from "./finding.ts";

/** Cause and fix of a failed call, for {@link Finding}. */
export function explainFailure(
  error: unknown,
  tables: readonly FeishuErrorRow[] = [],
): Pick<Finding, "detail" | "fix" | "url" | "code"> {
  if (error instanceof FeishuApiError) return explainRefusal(error, tables);
  if (error instanceof FeishuTransportError) return explainTransport(error);
  const reason = errorText(error);
  return { detail: same(reason) };
}

function explainRefusal(
  error: FeishuApiError,
  tables: readonly FeishuErrorRow[],
): Pick<Finding, "detail" | "fix" | "url" | "code"> {
  const row = tables.find(({ code }) => code === error.apiCode) ?? error.row;
  const code = error.subCode === undefined ? String(error.apiCode) : `${error.apiCode}/${error.subCode}`;
  const logId = error.logId === undefined ? "" : `, log id ${error.logId}`;
  const detail: Localized = {
    en: `${row?.meaning.en ?? "Feishu refused it"} (${code}${logId})`,
    zh: `${row?.meaning.zh ?? "飞书拒绝了请求"}（${code}${logId}）`,
  };
  const scopes = error.permissionViolations ?? [];
  const [first] = scopes;
  if (first !== undefined) {
    const names = scopes.map(({ scope }) => scope);
    return { detail, fix: grant(names), url: first.url, code: error.apiCode };
  }
  const fix = row?.remedy ?? {
    en: `look it up: cardstream explain ${code}`,
    zh: `查询含义：cardstream explain ${code}`,
  };
  return { detail, fix, code: error.apiCode };
}

/** How a scope is granted; any one of `names` is enough. */
export const grant = (names: readonly string[]): Localized => ({
  en: `grant ${names.join(" or ")}, then publish a new version of the app`,
  zh: `开通权限 ${names.join(" 或 ")}，然后发布应用新版本`,
});

const CHECK_DOMAIN: Localized = {
  en: "check the domain setting (feishu, lark or a base URL) and the machine's DNS",
  zh: "请检查 domain 设置（feishu、lark 或基础 URL）以及本机 DNS",
};
const CHECK_NETWORK: Localized = {
  en: "check that this machine may reach it; if only through a proxy, set channels.feishu.proxy",
  zh: "请检查本机能否访问该地址；若必须经代理，请设置 channels.feishu.proxy",
};

/** By the code that Node gives the cause. */
const CAUSES: Readonly<Record<string, { readonly cause: Localized; readonly fix: Localized }>> = {
  ENOTFOUND: { cause: { en: "the host's name is not known", zh: "无法解析主机名" }, fix: CHECK_DOMAIN },
  EAI_AGAIN: { cause: { en: "the name server does not answer", zh: "DNS 服务器无响应" }, fix: CHECK_DOMAIN },
  ECONNREFUSED: {
    cause: { en: "nothing listens at that address", zh: "该地址没有服务" },
    fix: {
      en: "check the domain setting; a local Feishu has to be running (cardstream emulator)",
      zh: "请检查 domain 设置；若使用本地飞书，需先运行 cardstream emulator",
    },
  },
  ECONNRESET: { cause: { en: "the connection was cut", zh: "连接被切断" }, fix: CHECK_NETWORK },
  ETIMEDOUT: { cause: { en: "no connection within the time limit", zh: "连接超时" }, fix: CHECK_NETWORK },
  UND_ERR_CONNECT_TIMEOUT: { cause: { en: "no connection within the time limit", zh: "连接超时" }, fix: CHECK_NETWORK },
  SELF_SIGNED_CERT_IN_CHAIN: {
    cause: { en: "something between here and Feishu shows its own certificate", zh: "中间设备替换了证书" },
    fix: {
      en: "have it trusted: NODE_EXTRA_CA_CERTS=/path/to/ca.pem",
      zh: "请信任其 CA：NODE_EXTRA_CA_CERTS=/path/to/ca.pem",
    },
  },
};

function explainTransport(error: FeishuTransportError): Pick<Finding, "detail" | "fix"> {
  const root = rootCause(error);
  const known = CAUSES[root.code];
  if (known !== undefined) return { detail: withPlace(known.cause, root), fix: known.fix };
  if (error.code === "timeout")
    return { detail: { en: "no answer within the time limit", zh: "在时限内没有响应" }, fix: CHECK_NETWORK };
  if (error.code === "bad-body") {
    const status = error.httpStatus === undefined ? "" : ` (HTTP ${error.httpStatus})`;
    return {
      detail: { en: `what answers is not Feishu's API${status}`, zh: `应答的不是飞书接口${status}` },
      fix: CHECK_DOMAIN,
    };
  }
  return {
    detail: { en: `Feishu could not be reached: ${error.message}`, zh: `无法连接飞书：${error.message}` },
    fix: CHECK_NETWORK,
  };
}

/** What Node tells of a failed connection: the code, and the host or address it went to. */
interface RootCause {
  readonly code: string;
  readonly hostname?: unknown;
  readonly address?: unknown;
  readonly port?: unknown;
}

/** The innermost cause that has a code. */
function rootCause(error: unknown): RootCause {
  let found: RootCause = { code: "" };
  let at = error;
  while (at instanceof Error) {
    if ("code" in at && typeof at.code === "string") found = at as Error & RootCause;
    // All addresses of a host were tried; the first failure stands for the rest.
    at = at instanceof AggregateError ? (at.errors as unknown[])[0] : at.cause;
  }
  return found;
}

/** Names the host that was tried: the one of the domain setting, or of the proxy before it. */
function withPlace(cause: Localized, { hostname, address, port }: RootCause): Localized {
  const host = hostname ?? address;
  if (typeof host !== "string") return cause;
  const place = typeof port === "number" ? `${host}:${port}` : host;
  return { en: `${cause.en} (${place})`, zh: `${cause.zh}（${place}）` };
}
