import type { Clock } from "../time/index.ts";

/** What Feishu answered to one call. */
export interface ProbeAnswer {
  readonly status: number;
  readonly code: number;
  readonly msg: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Seconds from `x-ogw-ratelimit-reset`, when it was there. */
  readonly resetSeconds: number | undefined;
  /** Of this client's clock: when the call was sent, and answered. */
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** A call that a probe made, as evidence for its answer: no texts, no ids. */
export interface Evidence {
  /** `PUT element.content` */
  readonly call: string;
  readonly status: number;
  readonly code: number;
  /** The sub-code in Feishu's words, when there is one. */
  readonly subCode?: number | undefined;
  readonly ms: number;
  /** What was read back, or seen by a person. */
  readonly saw?: string | undefined;
}

/** The app and place that are probed with. */
export interface ProbeTarget {
  /** `https://open.feishu.cn` */
  readonly domain: string;
  readonly appId: string;
  readonly appSecret: string;
}

/** No more calls may be made. */
export class BudgetError extends Error {
  override readonly name = "BudgetError";
}

/** The probe cannot go on: the app or its secret is wrong, a scope is missing, the chat is closed to it. */
export class ProbeError extends Error {
  override readonly name = "ProbeError";
  readonly code: number;

  constructor(message: string, code: number) {
    super(message);
    this.code = code;
  }
}

/** A call whose fate is not known: nothing that follows on the same card would prove anything. */
export class LostCallError extends Error {
  override readonly name = "LostCallError";
}

/** Codes of answers that say nothing about the question: Feishu itself failed. @see docs:api-call-guide */
const TROUBLE = new Set([2200, 1663, 5000, 55001, 300000, 300120, 1_000_004, 1_000_005]);
/** Codes after which no question can be answered. */
const HOPELESS = new Set([
  10003, 10014, 10015, 99991401, 99991403, 99991661, 99991662, 99991663, 99991672, 99991673, 99992356, 230002, 230006,
  230013, 230018, 230027, 230034, 230035, 232009,
]);

const TIMEOUT_MS = 15_000;

/** Counted calls with the app's token. Nothing here retries a write that may have been applied. */
export class ProbeClient {
  readonly #target: ProbeTarget;
  readonly #fetch: typeof globalThis.fetch;
  readonly #clock: Clock;
  readonly #budget: number;
  #calls = 0;
  #token: string | undefined;

  constructor(options: {
    readonly target: ProbeTarget;
    readonly fetch: typeof globalThis.fetch;
    readonly clock: Clock;
    /** Calls at most; the token and what is taken back at the end are on top. */
    readonly budget: number;
  }) {
    this.#target = options.target;
    this.#fetch = options.fetch;
    this.#clock = options.clock;
    this.#budget = options.budget;
  }

  /** Calls so far. */
  get calls(): number {
    return this.#calls;
  }

  /** Calls that are left. */
  get left(): number {
    return this.#budget - this.#calls;
  }

  /** Gets a token. @throws ProbeError with what Feishu says, and what the connection throws */
  async open(): Promise<void> {
    const { appId, appSecret } = this.#target;
    const answer = await this.#send("POST", "/auth/v3/tenant_access_token/internal", {
      app_id: appId,
      app_secret: appSecret,
    });
    const token = answer.flat["tenant_access_token"];
    if (typeof token !== "string")
      throw new ProbeError(`Feishu gives no token: ${answer.msg} (${answer.code})`, answer.code);
    this.#token = token;
  }

  /**
   * One call below `/open-apis`.
   * @throws BudgetError before it is made; LostCallError when no usable answer comes; ProbeError when no call can succeed
   */
  async call(method: string, path: string, body?: unknown, free = false): Promise<ProbeAnswer> {
    if (!free && this.left <= 0) throw new BudgetError(`the budget of ${this.#budget} calls is used up`);
    if (!free) this.#calls += 1;
    const answer = await this.#send(method, path, body);
    if (HOPELESS.has(answer.code))
      throw new ProbeError(`${method} ${path}: ${answer.msg} (${answer.code})`, answer.code);
    if (TROUBLE.has(answer.code) || answer.status >= 500) throw new LostCallError(`Feishu failed: ${answer.code}`);
    return answer;
  }

  async #send(method: string, path: string, body: unknown): Promise<ProbeAnswer & { flat: Record<string, unknown> }> {
    const sentAt = this.#clock.now();
    const controller = new AbortController();
    const cancel = this.#clock.setTimer(TIMEOUT_MS, () => controller.abort(new Error("no answer within 15 s")));
    let status: number;
    let text: string;
    let reset: string | null;
    try {
      const headers: Record<string, string> = { "content-type": "application/json; charset=utf-8" };
      if (this.#token !== undefined) headers["authorization"] = `Bearer ${this.#token}`;
      const response = await this.#fetch(`${this.#target.domain}/open-apis${path}`, {
        method,
        headers,
        signal: controller.signal,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      status = response.status;
      reset = response.headers.get("x-ogw-ratelimit-reset");
      text = await response.text();
    } catch (error) {
      throw new LostCallError(`${method} ${path}: no answer`, { cause: error });
    } finally {
      cancel();
    }
    let flat: Record<string, unknown>;
    try {
      const parsed: unknown = JSON.parse(text);
      // An answer of Feishu is an object.
      flat = typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : {};
    } catch {
      throw new LostCallError(`${method} ${path}: HTTP ${status} without JSON`);
    }
    const { code, msg, data } = flat;
    return {
      status,
      code: typeof code === "number" ? code : -1,
      msg: typeof msg === "string" ? msg : "",
      data: typeof data === "object" && data !== null ? (data as Record<string, unknown>) : {},
      flat,
      resetSeconds: reset === null ? undefined : Number(reset),
      sentAt,
      answeredAt: this.#clock.now(),
    };
  }
}

/** `ErrCode: 11310` in Feishu's words. */
export function subCodeOf(msg: string): number | undefined {
  const found = /ErrCode:\s*(\d+)/u.exec(msg)?.[1];
  return found === undefined ? undefined : Number(found);
}
