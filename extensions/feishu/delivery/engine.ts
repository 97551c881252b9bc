import { LRUCache } from "lru-cache";
import type { Logger } from "../../../src/log/index.ts";
import { silentLogger } from "../../../src/log/index.ts";
import type { CallLeases } from "../../../src/stream/index.ts";
import { Pacer, SharedPlaces } from "../../../src/stream/index.ts";
import type { Clock } from "../../../src/time/index.ts";
import type { TypingSpeed } from "../card/index.ts";
import type { FeishuClient } from "../client/index.ts";
import { FeishuApiError } from "../client/index.ts";
import type { KnownWorld } from "../known-world/index.ts";
import type { CallQuota, QuotaLevel } from "../quota/index.ts";
import { CallTimes } from "./writer/call-times.ts";
import type { OwedCard } from "./debts/card-debts.ts";
import { CardDebts } from "./debts/card-debts.ts";
import { CardKitHealth } from "./cardkit-health.ts";
import type { CardOwnership } from "./debts/card-ownership.ts";
import { KnownCards } from "./debts/card-ownership.ts";
import { LearnedLimits } from "./writer/learned-limits.ts";
import { limitName, paceRule, sharedBuckets } from "./limits.ts";
import { payDebt } from "./debts/pay-debt.ts";
import type { Patience } from "./recovery.ts";

/** Own messages that are remembered, so that a lost one is not mistaken for another. */
const REMEMBERED_MESSAGES = 2_000;
/** Uploaded images whose keys are remembered by address, and for how long: what an address shows may change. */
const REMEMBERED_IMAGES = 500;
const IMAGE_KEY_MS = 30 * 60_000;
/** A scope is not granted from one minute to the next. */
const FORBIDDEN_REST_MS = 5 * 60_000;
/**
 * Feishu's own default is 70 ms (web:streaming-overview), and clients in use choose between 15 and 50; the step does the catching up. Half
 * the default makes a step half as long, and the end of a write is there sooner.
 */
const PRINT_FREQUENCY_MS = 30;
/**
 * Characters per second until a model has shown its own: as many as a fast one writes. A client that types faster than the model writes
 * pauses now and then; a slower one is never done before the next write.
 */
const FIRST_RATE = 400;
/** The reader's client types this much faster than the model writes. */
const HEADROOM = 1.3;

/** Settings of all replies of one account; each has a default that suits Feishu. */
export interface DeliverySettings {
  /** Part of the app's rate budget this process may use, above 0, at most 1. @defaultValue 1 */
  readonly budgetShare?: number | undefined;
  /** How long ordinary messages may fail before the next means takes over. @defaultValue 6 failures in a row, 15 s */
  readonly patience?: Patience | undefined;
}

export interface FeishuDeliveryOptions {
  readonly client: FeishuClient;
  readonly clock: Clock;
  /** 0 (inclusive) to 1; for uuids and jitter. */
  readonly random: () => number;
  readonly logger?: Logger | undefined;
  readonly settings?: DeliverySettings | undefined;
  /** The month's budget of calls; its `onCall` must be the client's. @defaultValue none: replies are always live */
  readonly quota?: CallQuota | undefined;
  /** What is known of this app's Feishu from before, and takes what refusals show. @defaultValue nothing; what is learned ends with the process */
  readonly world?: KnownWorld | undefined;
  /** Who may write to which card, when several processes share them. @defaultValue every card is this process's own */
  readonly ownership?: CardOwnership | undefined;
  /** Where the calls of the app are counted, when several processes make them. @defaultValue this process makes them all */
  readonly leases?: CallLeases | undefined;
}

/**
 * What all replies of one Feishu app share: the rate budget, what is known of CardKit's health, and how fast its models write.
 * One per account and process; `createReplyDispatcher` takes it.
 */
export class FeishuDelivery {
  readonly client: FeishuClient;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly patience: Patience;
  readonly pacer: Pacer;
  /** Keys of images that were uploaded for this app, by the address they came from. */
  readonly imageKeys: LRUCache<string, string>;
  readonly quota: CallQuota | undefined;
  /** Whether CardKit works. */
  readonly cardkit: CardKitHealth;
  /** Cards that are still to be closed. */
  readonly debts: CardDebts;
  readonly times: CallTimes = new CallTimes();
  /** What is known of this app's Feishu from before. */
  readonly world: KnownWorld | undefined;
  readonly learned: LearnedLimits;
  readonly cards: KnownCards;
  readonly #messages = new LRUCache<string, true>({ max: REMEMBERED_MESSAGES });
  readonly #closed = new AbortController();
  #answeredBefore = false;
  #uploadsRestUntil = -Infinity;
  #charsPerSecond = FIRST_RATE;

  constructor(options: FeishuDeliveryOptions) {
    const share = options.settings?.budgetShare ?? 1;
    if (!(share > 0 && share <= 1)) throw new TypeError(`budgetShare must be above 0 and at most 1, got ${share}`);
    this.client = options.client;
    this.clock = options.clock;
    this.random = options.random;
    this.logger = options.logger ?? silentLogger;
    this.quota = options.quota;
    this.world = options.world;
    this.learned = new LearnedLimits(options.world);
    this.imageKeys = new LRUCache({ max: REMEMBERED_IMAGES, ttl: IMAGE_KEY_MS, ttlResolution: 0, perf: options.clock });
    this.patience = options.settings?.patience ?? { failures: 6, forMs: 15_000 };
    const { clock, leases, random } = options;
    const bucketsOf = (name: string): ReturnType<typeof sharedBuckets> => sharedBuckets(name, share);
    const shared = leases && new SharedPlaces({ leases, clock, random, bucketsOf });
    this.pacer = new Pacer({ clock, ruleFor: (name) => paceRule(name, share), shared });
    this.cards = new KnownCards(options.ownership);
    this.debts = new CardDebts({ clock: options.clock, pay: (card, signal) => payDebt(this, card, signal) });
    this.cardkit = new CardKitHealth(options.clock, () => this.debts.poke());
  }

  /** Stops trying to close what is owed: those who keep a journal do so at the next start. Idempotent. */
  close(): void {
    this.debts.close();
    this.#closed.abort(new Error("the account is closed"));
  }

  /** Aborted when the account is closed. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** Feishu has answered a call of this account. */
  get answeredBefore(): boolean {
    return this.#answeredBefore;
  }

  answered(): void {
    this.#answeredBefore = true;
  }

  /** A reply begins in a moment: the place of its first call is asked for already, where other processes make such calls, too. */
  expectReply(): void {
    if (this.cardkit.usable) this.pacer.expect([limitName.api("card.create")]);
  }

  /** A card could not be closed: it is, as soon as CardKit answers. */
  owe(card: OwedCard): void {
    this.logger.warn("a card is not closed yet; it is closed as soon as CardKit answers", {
      messageId: card.unfinished.messageId,
      owed: this.debts.list.length + 1,
    });
    this.debts.owe(card);
  }

  /** How generously the next reply may use calls. */
  get quotaLevel(): QuotaLevel {
    return this.quota?.level ?? "live";
  }

  /** CardKit gave up on a card; `error` tells why. A missing scope is told to the operator with the page that grants it. */
  cardkitFailed(error: unknown): void {
    const forbidden = error instanceof FeishuApiError && error.kind === "forbidden";
    this.cardkit.failed(forbidden);
    if (!this.#tellMissingScope("streaming cards", error)) {
      const reason = error instanceof Error ? error.message : "unknown";
      this.logger.warn("CardKit does not work now; replies go on as ordinary cards", { reason });
    }
  }

  /** Whether images should be fetched and uploaded now. */
  get uploadsUsable(): boolean {
    return this.clock.now() >= this.#uploadsRestUntil;
  }

  /** Feishu does not let the app upload images. A missing scope is told to the operator with the page that grants it. */
  uploadForbidden(error: FeishuApiError): void {
    if (this.uploadsUsable && !this.#tellMissingScope("pictures, which stay links", error))
      this.logger.warn("Feishu refuses pictures, which stay links", { reason: error.message });
    this.#uploadsRestUntil = this.clock.now() + FORBIDDEN_REST_MS;
  }

  /** False when the error names no scope. */
  #tellMissingScope(what: string, error: unknown): boolean {
    const grant = error instanceof FeishuApiError ? error.permissionViolations?.[0] : undefined;
    if (grant === undefined) return false;
    this.logger.error(
      `Feishu refuses ${what}: the app lacks the scope ${grant.scope}. Grant it at ${grant.url}, or by a code: cardstream init --app ${this.client.account.appId}`,
    );
    return true;
  }

  /** A reply of this process knows this message as its own. */
  rememberMessage(messageId: string): void {
    this.#messages.set(messageId, true);
  }

  knowsMessage(messageId: string): boolean {
    return this.#messages.has(messageId);
  }

  /** How fast readers' clients should type. */
  get typing(): TypingSpeed {
    const stepChars = Math.max(1, Math.ceil((this.#charsPerSecond * HEADROOM * PRINT_FREQUENCY_MS) / 1000));
    return { frequencyMs: PRINT_FREQUENCY_MS, stepChars, strategy: "fast" };
  }

  /** A reply of `chars` characters was written in `ms`. */
  observeRate(chars: number, ms: number): void {
    if (chars < 100 || ms < 500) return;
    this.#charsPerSecond += (Math.min(1_000, (chars * 1000) / ms) - this.#charsPerSecond) * 0.3;
  }

  /** Random hex digits. */
  nonce(digits: number): string {
    return Array.from({ length: digits }, () => Math.floor(this.random() * 16).toString(16)).join("");
  }
}
