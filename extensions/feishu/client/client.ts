import { AsyncLocalStorage } from "node:async_hooks";
import { Client } from "@larksuiteoapi/node-sdk";
import type { Logger } from "../../../src/log/index.ts";
import { DeadlineError, withDeadline } from "../../../src/time/index.ts";
import type { Clock } from "../../../src/time/index.ts";
import { resolveAccount, scopeGrantUrl } from "./account.ts";
import type { FeishuAccount, ResolvedAccount } from "./account.ts";
import type { CallOptions, CallRecord } from "./call.ts";
import { FeishuTransportError } from "./errors.ts";
import { createOwnFetch } from "./fetch.ts";
import type { Fetch } from "./fetch.ts";
import { createHttpInstance } from "./http-instance.ts";
import type { CallContext } from "./http-instance.ts";
import { silentSdkLogger } from "./sdk-logger.ts";
import { TenantToken } from "./tenant-token.ts";
import type { GrantedToken } from "./tenant-token.ts";
import { Transport } from "./transport.ts";

/** How to make a {@link FeishuClient}. */
export interface FeishuClientOptions {
  readonly account: FeishuAccount;
  /** How requests travel, for example the emulator's `fetch`. @defaultValue own connections, direct or through the account's proxy, never through another */
  readonly fetch?: Fetch | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Uniform numbers from 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
  /** Longest time for one HTTP attempt, in milliseconds. @defaultValue 10,000 */
  readonly timeoutMs?: number | undefined;
  /** Told after every HTTP attempt, token requests included. Must not throw. */
  readonly onCall?: ((record: CallRecord) => void) | undefined;
}

/** The connection to one app: token, timeouts and errors done right around the official SDK's typed calls. */
export interface FeishuClient {
  readonly accountId: string;
  readonly account: ResolvedAccount;
  /** The official SDK over our transport. Calls on it get the default timeout; use `call` to name and bound one. */
  readonly sdk: Client;
  /**
   * Runs one SDK call under a name, a signal and a timeout.
   * @throws FeishuApiError, FeishuTransportError, or the signal's reason.
   */
  call<T>(operation: string, options: CallOptions | undefined, run: (sdk: Client) => Promise<T>): Promise<T>;
  /** A valid tenant_access_token. @throws like `call` */
  tenantToken(): Promise<string>;
  /** The console page where these scopes are granted to this app. */
  scopeGrantUrl(scopes: readonly string[]): string;
  /** Refuses new calls, lets those under way finish for up to 5 s, then cuts them off. Idempotent, never rejects. */
  close(): Promise<void>;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const CLOSE_WITHIN_MS = 5_000;

/**
 * Makes a client for one account. Nothing is sent before the first call.
 * @throws TypeError when the account or `timeoutMs` is unusable.
 */
export function createFeishuClient(options: FeishuClientOptions): FeishuClient {
  const account = resolveAccount(options.account);
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  if (!(timeoutMs > 0)) throw new TypeError(`timeoutMs: must be more than 0, not ${timeoutMs}`);
  const own = options.fetch === undefined ? createOwnFetch({ proxy: account.proxy }) : undefined;
  const transport = new Transport({
    fetch: options.fetch ?? own!.fetch,
    clock: options.clock,
    logger: options.logger,
    timeoutMs,
    onCall: options.onCall,
    grantUrl: (scopes) => scopeGrantUrl(account, scopes),
  });
  const token = new TenantToken({
    clock: options.clock,
    logger: options.logger,
    request: (withinMs = timeoutMs) => requestToken(transport, account, Math.min(withinMs, timeoutMs)),
  });
  const calls = new AsyncLocalStorage<CallContext>();
  const sdk = new Client({
    appId: account.appId,
    appSecret: account.appSecret,
    domain: account.baseUrl,
    httpInstance: createHttpInstance({ transport, token, calls, random: options.random }),
    // The SDK's token cache reads the machine's clock and never renews after a refusal; TenantToken does both right.
    disableTokenCache: true,
    logger: silentSdkLogger,
    source: "cardstream",
  });
  let closing: Promise<void> | undefined;
  return {
    accountId: account.accountId,
    account,
    sdk,
    call: (operation, callOptions, run) => calls.run({ ...callOptions, operation }, () => run(sdk)),
    tenantToken: () => token.get(),
    scopeGrantUrl: (scopes) => scopeGrantUrl(account, scopes),
    close: () => (closing ??= closeWithin(CLOSE_WITHIN_MS)),
  };

  async function closeWithin(ms: number): Promise<void> {
    transport.refuseNew();
    try {
      await withDeadline(options.clock, ms, "closing the Feishu client", async () => {
        await transport.idle();
        await own?.close();
      });
    } catch (error) {
      if (!(error instanceof DeadlineError))
        options.logger.warn("the Feishu client did not close cleanly", { accountId: account.accountId });
      transport.abortAll();
      // Not awaited: a connection that will not die must not hold up the process.
      own?.destroy().catch(() => {});
    }
  }
}

async function requestToken(transport: Transport, account: ResolvedAccount, timeoutMs: number): Promise<GrantedToken> {
  const operation = "auth.tenantAccessToken";
  try {
    const body = await transport.json({
      operation,
      method: "POST",
      url: `${account.baseUrl}/open-apis/auth/v3/tenant_access_token/internal`,
      headers: { "Content-Type": "application/json; charset=utf-8" },
      body: JSON.stringify({ app_id: account.appId, app_secret: account.appSecret }),
      signal: undefined,
      timeoutMs,
      onCall: undefined,
    });
    const { tenant_access_token: token, expire } = body;
    if (typeof token !== "string" || typeof expire !== "number") {
      throw new FeishuTransportError({
        operation,
        code: "bad-body",
        detail: "the answer has no token",
        maybeApplied: false,
      });
    }
    return { token, expireSeconds: expire };
  } catch (error) {
    // Whatever became of the token request, the call that waits for it was not sent.
    if (!(error instanceof FeishuTransportError) || !error.maybeApplied) throw error;
    throw new FeishuTransportError({
      operation,
      code: error.code,
      detail: error.code === "timeout" ? `no token within ${timeoutMs} ms` : "no token",
      maybeApplied: false,
      httpStatus: error.httpStatus,
      logId: error.logId,
      cause: error,
    });
  }
}
