import type { Clock } from "../../time/index.ts";
import type { Ids } from "../state/ids.ts";
import { ACTION_TOKEN_MS, ACTION_TOKEN_USES } from "../limits.ts";
import { refuse } from "../api/refusal.ts";
import { trimMap } from "../store/bounded-map.ts";

/** The token of a card action, with which the card can be updated later. */
export interface ActionToken {
  readonly appId: string;
  readonly messageId: string;
  readonly issuedAt: number;
  uses: number;
  /** The callback was answered; before that the token cannot be used. */
  answered: boolean;
}

/** Tokens of card actions: 30 minutes, two uses. @see docs:im-v1/message-card/uMDO1YjLzgTN24yM4UjN */
export class ActionTokens {
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #byValue = new Map<string, ActionToken>();

  constructor(clock: Clock, ids: Ids) {
    this.#clock = clock;
    this.#ids = ids;
  }

  issue(appId: string, messageId: string): { value: string; token: ActionToken } {
    const value = `c-${this.#ids.secret(32)}`;
    const token: ActionToken = { appId, messageId, issuedAt: this.#clock.now(), uses: 0, answered: false };
    this.#byValue.set(value, token);
    trimMap(this.#byValue, 10_000);
    return { value, token };
  }

  /** Takes one use. @throws Refusal 300020, 200310, 300030, 300040 */
  use(value: string, appId: string): ActionToken {
    const token = this.#byValue.get(value);
    if (token === undefined) throw refuse("delayedTokenMalformed");
    if (token.appId !== appId) throw refuse("delayedOtherApp");
    if (this.#clock.now() - token.issuedAt >= ACTION_TOKEN_MS) throw refuse("delayedTokenExpired");
    if (token.uses >= ACTION_TOKEN_USES) throw refuse("delayedTokenUsed");
    token.uses += 1;
    return token;
  }
}
