import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import { resolveAccount } from "./account.ts";
import type { FeishuAccount } from "./account.ts";
import { createFeishuClient } from "./client.ts";
import type { FeishuClient, FeishuClientOptions } from "./client.ts";

/** A client on loan; call `release` once when done. */
export interface ClientLease {
  readonly client: FeishuClient;
  /** Idempotent. The client may be closed some time after the last lease is back. */
  release(): void;
}

/** How to make a {@link FeishuClientPool}: what all clients share. */
export interface FeishuClientPoolOptions extends Omit<FeishuClientOptions, "account"> {
  /** Clients kept while nobody uses them; the longest unused is closed first. @defaultValue 16 */
  readonly maxIdle?: number | undefined;
}

/**
 * Clients of many accounts, one per app and set of credentials. Clients in use are never closed under their user; unused ones are
 * kept up to `maxIdle`, so memory and connections stay bounded however many accounts pass through.
 */
export class FeishuClientPool {
  readonly #options: FeishuClientPoolOptions;
  readonly #leased = new Map<string, { readonly client: FeishuClient; leases: number }>();
  readonly #idle: LRUCache<string, FeishuClient>;
  readonly #closing = new Set<Promise<void>>();

  constructor(options: FeishuClientPoolOptions) {
    this.#options = options;
    this.#idle = new LRUCache({
      max: options.maxIdle ?? 16,
      dispose: (client, _key, reason) => {
        if (reason === "evict") this.#close(client);
      },
    });
  }

  /** Clients that exist now, in use or not. */
  get size(): number {
    return this.#leased.size + this.#idle.size;
  }

  /** Lends the account's client; `own` counts when it has to be made. @throws TypeError when the account is unusable. */
  acquire(account: FeishuAccount, own: Pick<FeishuClientOptions, "onCall" | "timeoutMs"> = {}): ClientLease {
    const key = keyOf(account);
    let entry = this.#leased.get(key);
    if (entry === undefined) {
      const client = this.#idle.get(key) ?? createFeishuClient({ ...this.#options, ...own, account });
      this.#idle.delete(key);
      entry = { client, leases: 0 };
      this.#leased.set(key, entry);
    }
    const { client } = entry;
    entry.leases++;
    let released = false;
    return {
      client,
      release: () => {
        if (released) return;
        released = true;
        this.#release(key);
      },
    };
  }

  /** Closes every client, each bounded by 5 s. */
  async close(): Promise<void> {
    for (const { client } of this.#leased.values()) this.#close(client);
    for (const client of this.#idle.values()) this.#close(client);
    this.#leased.clear();
    this.#idle.clear();
    await Promise.all(this.#closing);
  }

  #release(key: string): void {
    const entry = this.#leased.get(key);
    if (entry === undefined || --entry.leases > 0) return;
    this.#leased.delete(key);
    this.#idle.set(key, entry.client);
  }

  #close(client: FeishuClient): void {
    const closing = client.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}

/** Changed credentials make another client; the secret itself is not kept as a key. */
function keyOf(account: FeishuAccount): string {
  const { accountId, appId, appSecret, baseUrl, proxy } = resolveAccount(account);
  return createHash("sha256")
    .update(JSON.stringify([accountId, appId, appSecret, baseUrl, proxy]))
    .digest("hex");
}
