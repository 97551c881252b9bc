import { LRUCache } from "lru-cache";
import type { Clock } from "../../../src/time/index.ts";
import { FeishuApiError } from "../client/index.ts";
import type { FeishuClient } from "../client/index.ts";

/** A name is asked for again after this long. */
const KEEP_MS = 10 * 60_000;

/**
 * Names of people by open_id. Needs the scope `contact:user.base:readonly`; without it (or when Feishu is slow) people have no
 * names, which is no reason not to answer them.
 */
export class SenderNames {
  readonly #names = new LRUCache<string, { name: string | undefined; until: number }>({ max: 2_000 });
  readonly #client: FeishuClient;
  readonly #clock: Clock;
  #forbiddenUntil = 0;

  constructor(client: FeishuClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** The name if it is known by now. */
  peek(openId: string): string | undefined {
    return this.#names.get(openId)?.name;
  }

  /** Looks the name up, within 2 s. Never rejects. */
  async find(openId: string): Promise<string | undefined> {
    const now = this.#clock.now();
    const known = this.#names.get(openId);
    if (known !== undefined && known.until > now) return known.name;
    if (now < this.#forbiddenUntil) return undefined;
    let name: string | undefined;
    try {
      const answer = await this.#client.call("contact.user.get", { timeoutMs: 2_000 }, (sdk) =>
        sdk.contact.v3.user.get({ path: { user_id: openId }, params: { user_id_type: "open_id" } }),
      );
      name = answer.data?.user?.name || undefined;
    } catch (error) {
      if (error instanceof FeishuApiError && error.kind === "forbidden") this.#forbiddenUntil = now + KEEP_MS;
    }
    this.#names.set(openId, { name, until: now + KEEP_MS });
    return name;
  }
}
