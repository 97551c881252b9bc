import type { Logger } from "../../src/log/index.ts";
import { silentLogger } from "../../src/log/index.ts";
import { observeReply } from "../../src/metrics/index.ts";
import type { Clock } from "../../src/time/index.ts";
import { createSystemClock, DeadlineError, withDeadline } from "../../src/time/index.ts";
import { createFeishuClient, FeishuTransportError } from "./client/index.ts";
import type { CallRecord, FeishuClient, FeishuDomain, Fetch } from "./client/index.ts";
import { FeishuDelivery } from "./delivery/index.ts";
import type { FeishuDeliveryOptions } from "./delivery/index.ts";
import { openImageSource } from "./images/index.ts";
import type { ImageSource, LoadImage } from "./images/index.ts";
import { openKnownWorld } from "./known-world/index.ts";
import { openQuota } from "./quota/index.ts";
import type { QuotaSettings } from "./quota/index.ts";
import { createReplyDispatcher } from "./reply-dispatcher.ts";
import type { ReplyDispatcher, ReplyDispatcherOptions } from "./reply-dispatcher.ts";
import { getBotInfoFeishu } from "./send.ts";

/** One Feishu or Lark app. Only `appId` and `appSecret` are needed. */
export interface FeishuInstanceOptions {
  /** `cli_…` from the developer console, "Credentials & Basic Info". */
  readonly appId: string;
  /** Never logged, never part of an error message. */
  readonly appSecret: string;
  /** `feishu`, `lark`, or the base URL of another deployment or of an emulator. @defaultValue "feishu" */
  readonly domain?: FeishuDomain | undefined;
  /** What the instance is called in sessions, logs and metrics. @defaultValue the app id */
  readonly name?: string | undefined;
  /** `http://` or `https://` URL of a proxy. @defaultValue none: connect directly, whatever the environment says */
  readonly proxy?: string | URL | undefined;
  /** Longest time for one HTTP attempt, milliseconds. @defaultValue 10000 */
  readonly timeoutMs?: number | undefined;
  /**
   * Pictures of answers (`![…](https://…)`): `link` leaves them links and fetches nothing; `{ hosts: ["pictures.example"] }` fetches and
   * shows those of these hosts; `upload` those of the whole public internet, which lets a page that the model reads carry away what
   * the model knows, in the address of a picture; a function fetches them instead. @defaultValue "link"
   */
  readonly images?: ImageSource | LoadImage | undefined;
  /** Part of the app's rate budget this process may use, above 0, at most 1. @defaultValue 1 */
  readonly budgetShare?: number | undefined;
  /** Budget of calls in a month: replies use fewer when it runs low. @defaultValue none */
  readonly quota?: QuotaSettings | undefined;
  /** Folder in which the calls of the month are counted, shared by the app's processes. @defaultValue none: the count ends with the process */
  readonly stateDir?: string | undefined;
  /** Which process writes which card, where several share an app. @defaultValue this process alone */
  readonly ownership?: FeishuDeliveryOptions["ownership"];
  /** Where the calls of the app are counted, where several processes make them. @defaultValue this process makes them all */
  readonly leases?: FeishuDeliveryOptions["leases"];
  /** @defaultValue own connections */
  readonly fetch?: Fetch | undefined;
  /** @defaultValue the machine's */
  readonly clock?: Clock | undefined;
  /** Numbers from 0 (inclusive) to 1 (exclusive). @defaultValue the machine's */
  readonly random?: (() => number) | undefined;
  /** @defaultValue says nothing */
  readonly logger?: Logger | undefined;
  /** Told after every HTTP attempt. Must not throw. */
  readonly onCall?: ((record: CallRecord) => void) | undefined;
}

/** A connected app: what all its cards share. Make one per app and process. */
export interface FeishuInstance {
  readonly name: string;
  readonly client: FeishuClient;
  readonly delivery: FeishuDelivery;
  /** Fetches the pictures of answers; undefined where they stay links. */
  readonly loadImage: LoadImage | undefined;
  /** Opens a reply that is measured and logged. */
  openReply(options: Omit<ReplyDispatcherOptions, "delivery">): ReplyDispatcher;
  /**
   * Proves that Feishu can be reached and takes the app; asks nothing while calls are being answered.
   * @throws FeishuApiError, FeishuTransportError, or the signal's reason
   */
  check(options?: { readonly signal?: AbortSignal | undefined }): Promise<void>;
  /** Ends connections, within 5 s. Finalize open cards before. Idempotent. */
  close(): Promise<void>;
}

/**
 * Connects to an app. Nothing is sent before the first card.
 * @throws TypeError naming the option that cannot be used.
 */
export function createFeishuInstance(options: FeishuInstanceOptions): FeishuInstance {
  const { appId, appSecret, domain, name, proxy, timeoutMs, fetch, budgetShare, stateDir, ownership, leases } = options;
  const clock = options.clock ?? createSystemClock();
  const random = options.random ?? machineRandom;
  const logger = options.logger ?? silentLogger;
  const quota = openQuota(options.quota, { appId, stateDir, clock, logger });
  let unanswered = false;
  const client = createFeishuClient({
    account: { accountId: name, appId, appSecret, domain, proxy },
    fetch,
    clock,
    logger,
    random,
    timeoutMs,
    onCall: (record) => {
      unanswered = record.outcome === "unknown";
      quota?.onCall(record);
      options.onCall?.(record);
    },
  });
  const { images } = options;
  const web = typeof images === "function" ? undefined : openImageSource(images);
  const loadImage = typeof images === "function" ? images : web?.load;
  const world = openKnownWorld({ appId, stateDir, clock, logger });
  const delivery = new FeishuDelivery({
    client,
    clock,
    random,
    logger,
    settings: { budgetShare },
    quota,
    world,
    ownership,
    leases,
  });
  return {
    name: client.accountId,
    client,
    delivery,
    loadImage,
    openReply(reply) {
      const dispatcher = createReplyDispatcher({ loadImage, ...reply, delivery });
      observeReply(dispatcher, { clock, logger });
      return dispatcher;
    },
    async check({ signal } = {}) {
      await withDeadline(
        clock,
        CHECK_WITHIN_MS,
        "asking Feishu whether it takes the app",
        async (stop) => {
          await client.tenantToken();
          // A token outlives the way to Feishu.
          if (unanswered) await getBotInfoFeishu(client, {}, { signal: stop });
        },
        signal,
      ).catch((error: unknown) => {
        throw error instanceof DeadlineError ? noAnswer(error) : error;
      });
    },
    async close() {
      delivery.close();
      await Promise.all([client.close(), web?.close()]);
      quota?.close();
    },
  };
}

const CHECK_WITHIN_MS = 2_500;

const noAnswer = (cause: DeadlineError): FeishuTransportError =>
  new FeishuTransportError({
    operation: "bot.info",
    code: "timeout",
    detail: `no answer within ${cause.ms} ms`,
    maybeApplied: false,
    cause,
  });

/** Numbers that cannot be foreseen, from 0 (inclusive) to 1 (exclusive). */
export const machineRandom = (): number => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32;
