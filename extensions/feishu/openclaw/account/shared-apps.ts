import type { Logger } from "../../../../src/log/index.ts";
import { SharedStateError } from "../../../../src/shared/index.ts";
import type { CallLeases } from "../../../../src/stream/index.ts";
import type { Clock } from "../../../../src/time/index.ts";
import { AppProcess } from "../../app-process.ts";
import type { AppProcessOptions } from "../../app-process.ts";
import type { FeishuDelivery, FeishuDeliveryOptions } from "../../delivery/index.ts";
import { readShare } from "../../shared-redis.ts";
import type { Share } from "../../shared-redis.ts";
import type { ResolvedAccount } from "./account.ts";

/** What {@link SharedApps} work with. */
export interface SharedAppsOptions {
  readonly clock: Clock;
  readonly random: () => number;
  /** @defaultValue that of the process: `CARDSTREAM_REDIS` */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** The running accounts of this gateway whose apps other gateways work for, too. */
export class SharedApps {
  readonly #options: SharedAppsOptions;
  /** By app id: an app may have several accounts. */
  readonly #running = new Map<string, Set<AppProcess>>();

  constructor(options: SharedAppsOptions) {
    this.#options = options;
  }

  /** Whether an account is configured to share its app. Says nothing of whether that can be done. */
  isShared({ config }: ResolvedAccount): boolean {
    return (config.shared?.redis ?? this.#env["CARDSTREAM_REDIS"] ?? "").trim() !== "";
  }

  /**
   * What an account is among the other gateways of its app, from {@link SharedApps.start} to {@link SharedApps.leave}; undefined when the
   * app is not shared.
   * @throws TypeError for a setting that cannot be used
   */
  open(
    account: ResolvedAccount,
    events: Pick<AppProcessOptions, "logger" | "onLost" | "onAsk">,
    share: Share | undefined = this.#shareOf(account, events.logger),
  ): AppProcess | undefined {
    const { appId } = account;
    if (appId === undefined || share === undefined) return undefined;
    const { clock, random } = this.#options;
    return new AppProcess({ appId, kind: "openclaw", share, clock, random, ...events });
  }

  /** @throws SharedStateError when the state cannot be reached */
  async start(process: AppProcess, delivery: FeishuDelivery): Promise<void> {
    const { appId } = delivery.client.account;
    this.#running.set(appId, new Set([...this.#of(appId), process]));
    await process.start(delivery);
  }

  /** Ends what was opened: cards that are open still are for the other gateways. */
  async leave(process: AppProcess): Promise<void> {
    try {
      await process.leave();
    } finally {
      for (const running of this.#running.values()) running.delete(process);
    }
  }

  /** What a delivery of an app asks before it calls, and before it writes. */
  of(appId: string): NonNullable<FeishuDeliveryOptions["ownership"]> & CallLeases {
    const every = async (asked: (boolean | Promise<boolean>)[]): Promise<boolean> =>
      (await Promise.all(asked.map(async (one) => one))).every(Boolean);
    return {
      owns: (cardId) => every(this.#of(appId).map((process) => process.owns(cardId))),
      mayWrite: (chatId) => {
        const asked = this.#of(appId).map((process) => process.mayWrite(chatId));
        return asked.every((one) => one === true) || every(asked);
      },
      lease: async (ask) => {
        const [first] = this.#of(appId);
        // Who only sends something, such as the host's CLI, does not connect for it.
        if (first === undefined) throw new SharedStateError("unreachable", "no account of the app runs here");
        return first.lease(ask);
      },
    };
  }

  #of(appId: string): readonly AppProcess[] {
    return [...(this.#running.get(appId) ?? [])];
  }

  #shareOf({ config }: ResolvedAccount, logger: Logger): Share | undefined {
    const { clock } = this.#options;
    return readShare(config.shared, { clock, logger, env: this.#env, at: "channels.feishu.shared" });
  }

  get #env(): Readonly<Record<string, string | undefined>> {
    return this.#options.env ?? process.env;
  }
}
