import type { Clock } from "../../time/index.ts";
import type { Ids } from "../state/ids.ts";
import { TOKEN_REUSE_SECONDS } from "../limits.ts";
import { trimMap } from "./bounded-map.ts";

/** An access token. */
export interface Token {
  readonly value: string;
  readonly appId: string;
  readonly kind: "tenant" | "app";
  /** On the emulator clock's `now()`. */
  expiresAt: number;
}

/** Tokens remembered after they ended, so that "expired" and "never existed" can be told apart in warnings. */
const MAX_TOKENS = 10_000;

/** Issues access tokens by Feishu's reuse rule. @see docs:authentication-management */
export class Tokens {
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #byValue = new Map<string, Token>();
  readonly #current = new Map<string, Token>();

  constructor(clock: Clock, ids: Ids) {
    this.#clock = clock;
    this.#ids = ids;
  }

  /** The app's token and the whole seconds it has left: the same one while 30 minutes or more remain, else a new one; both stay valid. */
  issue(appId: string, kind: Token["kind"], lifeSeconds: number): { token: Token; expire: number } {
    const now = this.#clock.now();
    const key = `${kind} ${appId}`;
    const current = this.#current.get(key);
    if (current !== undefined && current.expiresAt - now >= TOKEN_REUSE_SECONDS * 1000) {
      return { token: current, expire: Math.floor((current.expiresAt - now) / 1000) };
    }
    // The sample of an internal app's token starts with t-, like the tenant token.
    const token: Token = {
      value: `${kind === "tenant" ? "t" : "a"}-${this.#ids.secret(40)}`,
      appId,
      kind,
      expiresAt: now + lifeSeconds * 1000,
    };
    this.#current.set(key, token);
    this.#byValue.set(token.value, token);
    trimMap(this.#byValue, MAX_TOKENS);
    return { token, expire: lifeSeconds };
  }

  /** The token, also when it has ended; `undefined` when it was never issued. */
  find(value: string): Token | undefined {
    return this.#byValue.get(value);
  }

  isAlive(token: Token): boolean {
    return token.expiresAt > this.#clock.now();
  }

  /** Ends every token of an app, or of all apps, now. */
  expire(appId?: string): void {
    for (const token of this.#byValue.values()) {
      if (appId === undefined || token.appId === appId) token.expiresAt = Math.min(token.expiresAt, this.#clock.now());
    }
  }

  clear(): void {
    this.#byValue.clear();
    this.#current.clear();
  }
}
