import type { Logger } from "../../../src/log/index.ts";
import type { Clock } from "../../../src/time/index.ts";
import { FEISHU_LIMITS } from "./limits.ts";

/** An answer of the token endpoint. */
export interface GrantedToken {
  readonly token: string;
  /** Life from now on, in seconds; at most 7,200. */
  readonly expireSeconds: number;
}

/** Below this life a token is not used any more: it could expire on the way. */
const LAST_USE_MS = 60_000;
/** After a failed renewal in the background, while the old token still lives. */
const RENEW_RETRY_MS = 30_000;

/**
 * The tenant_access_token of one app. One request at a time however many callers wait; renewed in the background from 30
 * minutes of remaining life on, when Feishu starts to hand out a new token while the old one stays valid.
 * @see Feishu server API, authentication-management/access-token/tenant_access_token_internal
 */
export class TenantToken {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #request: () => Promise<GrantedToken>;
  #current: { readonly token: string; readonly expiresAt: number } | undefined;
  #pending: Promise<string> | undefined;
  #renewNotBefore = 0;

  constructor(options: { clock: Clock; logger: Logger; request: () => Promise<GrantedToken> }) {
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#request = options.request;
  }

  /** A token that lives. @throws what the token request throws, when there is no usable token. */
  get(): Promise<string> {
    const current = this.#current;
    const leftMs = current === undefined ? 0 : current.expiresAt - this.#clock.now();
    if (current === undefined || leftMs < LAST_USE_MS) return this.#refresh();
    if (leftMs < FEISHU_LIMITS.tokenRenewBeforeMs && this.#clock.now() >= this.#renewNotBefore) this.#renew();
    return Promise.resolve(current.token);
  }

  /** Feishu refused this token. A newer one that came in the meantime is kept, so many refusals cause one request. */
  invalidate(token: string): void {
    if (this.#current?.token === token) this.#current = undefined;
  }

  #renew(): void {
    this.#renewNotBefore = this.#clock.now() + RENEW_RETRY_MS;
    this.#refresh().catch((error: unknown) => {
      this.#logger.warn("the tenant token could not be renewed ahead of time; the old one is used on", {
        error: error instanceof Error ? error.message : "unknown",
      });
    });
  }

  #refresh(): Promise<string> {
    this.#pending ??= this.#requestOnce().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  async #requestOnce(): Promise<string> {
    const askedAt = this.#clock.now();
    const { token, expireSeconds } = await this.#request();
    this.#current = { token, expiresAt: askedAt + expireSeconds * 1_000 };
    return token;
  }
}
