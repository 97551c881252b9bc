import { errorText } from "../../../src/log/index.ts";
import type { Logger } from "../../../src/log/index.ts";
import type { Clock } from "../../../src/time/index.ts";
import { finalCause } from "./errors.ts";
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
/** A first request that is not answered by then is made again, beside it: it may be lost, or only slow. */
const ASK_AGAIN_AFTER_MS: readonly number[] = [3_000, 6_000];
/** Then all of them are given up: an address that says nothing for so long is a wrong one. */
const FIRST_TIMEOUT_MS = 9_000;
/** A refusal that only a person can undo is not asked for again before this. */
const REFUSAL_STANDS_MS = 10_000;

/**
 * The tenant_access_token of one app. One request at a time however many callers wait; renewed in the background from 30
 * minutes of remaining life on, when Feishu starts to hand out a new token while the old one stays valid.
 * @see Feishu server API, authentication-management/access-token/tenant_access_token_internal
 */
export class TenantToken {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #request: (withinMs: number | undefined) => Promise<GrantedToken>;
  #current: { readonly token: string; readonly expiresAt: number } | undefined;
  #pending: Promise<string> | undefined;
  #renewNotBefore = 0;
  /** No request has failed since the last that brought a token. */
  #isAnswered = true;
  #refusal: { readonly error: unknown; readonly until: number } | undefined;

  /** @param options - `request` gets the milliseconds after which it is to give up; undefined: as every other call */
  constructor(options: {
    clock: Clock;
    logger: Logger;
    request: (withinMs: number | undefined) => Promise<GrantedToken>;
  }) {
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#request = options.request;
  }

  /**
   * A token that lives.
   * @throws what the token request throws, when there is no usable token. When Feishu refuses the app itself (a wrong secret), the
   *   refusal is given to everybody who asks within ten seconds, without asking again.
   */
  get(): Promise<string> {
    const refusal = this.#refusal;
    if (refusal !== undefined && this.#clock.now() < refusal.until) return Promise.reject(refusal.error);
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
        error: errorText(error),
      });
    });
  }

  #refresh(): Promise<string> {
    this.#pending ??= this.#requestOnce().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  /** The first answer counts, whatever it says. */
  #ask(): Promise<GrantedToken> {
    if (!this.#isAnswered) return this.#request(undefined);
    const { promise, resolve, reject } = Promise.withResolvers<GrantedToken>();
    const ask = (afterMs: number): void => void this.#request(FIRST_TIMEOUT_MS - afterMs).then(resolve, reject);
    const cancels = ASK_AGAIN_AFTER_MS.map((afterMs) => this.#clock.setTimer(afterMs, () => ask(afterMs)));
    ask(0);
    return promise.finally(() => cancels.forEach((cancel) => cancel()));
  }

  async #requestOnce(): Promise<string> {
    const askedAt = this.#clock.now();
    this.#refusal = undefined;
    const { token, expireSeconds } = await this.#ask().catch((error: unknown) => {
      this.#isAnswered = false;
      if (finalCause(error) === "app" && this.#current === undefined)
        this.#refusal = { error, until: this.#clock.now() + REFUSAL_STANDS_MS };
      throw error;
    });
    this.#isAnswered = true;
    this.#current = { token, expiresAt: askedAt + expireSeconds * 1_000 };
    return token;
  }
}
