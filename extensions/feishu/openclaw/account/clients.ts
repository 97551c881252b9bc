import type { Logger } from "../../../../src/log/index.ts";
import type { Clock } from "../../../../src/time/index.ts";
import { FeishuClientPool } from "../../client/index.ts";
import type { Fetch, FeishuClient } from "../../client/index.ts";
import { FeishuDelivery } from "../../delivery/index.ts";
import { openKnownWorld } from "../../known-world/index.ts";
import { openQuota } from "../../quota/index.ts";
import type { CallQuota } from "../../quota/index.ts";
import type { ResolvedAccount } from "./account.ts";
import { SharedApps } from "./shared-apps.ts";

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
  /** Folder for what is remembered across restarts; asked for only when something is. */
  readonly stateDir?: (() => string) | undefined;
  /** What names the Redis that gateways share, where the config does not. @defaultValue that of the process */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** Clients of all accounts in this process, bounded; one rate budget per app. */
export class AccountClients {
  readonly #options: AccountClientsOptions;
  readonly #pool: FeishuClientPool;
  /** Apps that other gateways work for, too. */
  readonly shared: SharedApps;
  readonly #deliveries = new WeakMap<FeishuClient, { readonly delivery: FeishuDelivery; readonly isShared: boolean }>();
  /** By app id: an app has one budget however often its settings change. */
  readonly #quotas = new Map<string, CallQuota>();
  /** By app id, the log of the account that runs it: the host's CLI and its probes have none. */
  readonly #logs = new Map<string, Logger>();

  constructor(options: AccountClientsOptions) {
    this.#options = options;
    this.shared = new SharedApps(options);
    this.#pool = new FeishuClientPool(options);
  }

  /**
   * @param logger of the account while it runs; told when its budget of calls runs low
   * @throws TypeError when the account is not configured or its domain or proxy is no URL.
   */
  borrow(account: ResolvedAccount, logger?: Logger): AccountLease {
    if (account.appId === undefined || account.appSecret === undefined) {
      throw new TypeError(`channels.feishu: account ${account.accountId} needs appId and appSecret`);
    }
    const { accountId, appId, appSecret, domain } = account;
    if (logger !== undefined) this.#logs.set(appId, logger);
    const quota = this.#quotaOf(appId, account);
    const where = { accountId, appId, appSecret, domain, proxy: account.config.proxy };
    const lease = this.#pool.acquire(where, { onCall: quota?.onCall, timeoutMs: account.config.httpTimeoutMs });
    const isShared = this.shared.isShared(account);
    const known = this.#deliveries.get(lease.client);
    const delivery = known?.isShared === isShared ? known.delivery : this.#deliver(lease.client, quota, isShared);
    const { debts } = delivery;
    // Who owes a card to somebody is in use: a client that is put away would never close it.
    return { client: lease.client, delivery, release: () => void debts.settled().then(() => lease.release()) };
  }

  #deliver(client: FeishuClient, quota: CallQuota | undefined, isShared: boolean): FeishuDelivery {
    const { clock, logger } = this.#options;
    const { appId } = client.account;
    const world = openKnownWorld({ appId, stateDir: this.#stateDir(), clock, logger });
    const shared = isShared ? this.shared.of(appId) : undefined;
    const delivery = new FeishuDelivery({
      ...this.#options,
      client,
      quota,
      world,
      ownership: shared,
      leases: shared,
    });
    this.#deliveries.set(client, { delivery, isShared });
    return delivery;
  }

  /** Undefined while the host has not started the plugin: its setup commands ask Feishu before that. */
  #stateDir(): string | undefined {
    try {
      return this.#options.stateDir?.();
    } catch {
      return undefined;
    }
  }

  #quotaOf(appId: string, { config }: ResolvedAccount): CallQuota | undefined {
    if (config.quota === undefined) return undefined;
    let quota = this.#quotas.get(appId);
    if (quota === undefined) {
      const { clock, stateDir } = this.#options;
      const logger: Logger = {
        ...this.#options.logger,
        warn: (message, fields) => this.#logs.get(appId)?.warn(message, fields),
      };
      quota = openQuota(config.quota, { appId, stateDir: stateDir?.(), clock, logger });
      if (quota !== undefined) this.#quotas.set(appId, quota);
    }
    return quota;
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
