import type { Logger } from "../../../src/log/index.ts";
import type { Clock } from "../../../src/time/index.ts";
import { FeishuClientPool } from "../client/index.ts";
import type { Fetch, FeishuClient } from "../client/index.ts";
import { FeishuDelivery } from "../delivery/index.ts";
import type { ResolvedAccount } from "./account.ts";

/** An account's client and what its replies share, on loan; call `release` once when done. */
export interface AccountLease {
  readonly client: FeishuClient;
  readonly delivery: FeishuDelivery;
  release(): void;
}

/** What all clients share. */
export interface AccountClientsOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly fetch?: Fetch | undefined;
}

/** Clients of all accounts in this process, bounded; one rate budget per app. */
export class AccountClients {
  readonly #options: AccountClientsOptions;
  readonly #pool: FeishuClientPool;
  readonly #deliveries = new WeakMap<FeishuClient, FeishuDelivery>();

  constructor(options: AccountClientsOptions) {
    this.#options = options;
    this.#pool = new FeishuClientPool(options);
  }

  /** @throws TypeError when the account is not configured or its domain or proxy is no URL. */
  borrow(account: ResolvedAccount): AccountLease {
    if (account.appId === undefined || account.appSecret === undefined) {
      throw new TypeError(`channels.feishu: account ${account.accountId} needs appId and appSecret`);
    }
    const { accountId, appId, appSecret, domain } = account;
    const lease = this.#pool.acquire({ accountId, appId, appSecret, domain, proxy: account.config.proxy });
    let delivery = this.#deliveries.get(lease.client);
    if (delivery === undefined) {
      delivery = new FeishuDelivery({ ...this.#options, client: lease.client });
      this.#deliveries.set(lease.client, delivery);
    }
    return { client: lease.client, delivery, release: () => lease.release() };
  }

  /** Lends a client for the time of `work`. @throws what `borrow` and `work` throw. */
  async use<T>(account: ResolvedAccount, work: (lease: AccountLease) => Promise<T>): Promise<T> {
    const lease = this.borrow(account);
    try {
      return await work(lease);
    } finally {
      lease.release();
    }
  }
}
