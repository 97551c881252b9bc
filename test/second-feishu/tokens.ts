import type { Clock } from "../../src/time/index.ts";
import type { Json } from "./card-rules.ts";
import { Refusal } from "./refusal.ts";

const LIFE_MS = 7_200_000;
/** With less life than this a token gets a successor; until then the same one is handed out. */
const KEPT_ABOVE_MS = 1_800_000;

/** The tenant tokens of one app. */
export class Tokens {
  readonly #clock: Clock;
  readonly #appId: string;
  readonly #appSecret: string;
  #valid: { readonly token: string; readonly until: number }[] = [];
  #given = 0;

  constructor(clock: Clock, appId: string, appSecret: string) {
    this.#clock = clock;
    this.#appId = appId;
    this.#appSecret = appSecret;
  }

  /** @throws Refusal */
  give({ app_id, app_secret }: Json): Json {
    if (app_id !== this.#appId) throw new Refusal(10_003, "invalid param");
    if (app_secret !== this.#appSecret) throw new Refusal(10_015, "app secret invalid");
    const now = this.#clock.now();
    let current = this.#valid.at(-1);
    if (current === undefined || current.until - now < KEPT_ABOVE_MS) {
      this.#given += 1;
      current = { token: `t-${this.#given}`, until: now + LIFE_MS };
      this.#valid.push(current);
    }
    return { tenant_access_token: current.token, expire: Math.floor((current.until - now) / 1_000) };
  }

  /** @throws Refusal */
  check(token: string | undefined): void {
    if (token === undefined) throw new Refusal(99_991_661, "Missing access token for authorization");
    if (!/^[tu]-/u.test(token)) throw new Refusal(99_991_671, "Invalid access token");
    const known = this.#valid.find((one) => one.token === token);
    if (known === undefined || known.until <= this.#clock.now())
      throw new Refusal(99_991_663, "Invalid access token for authorization");
  }

  revokeAll(): void {
    this.#valid = [];
  }
}
