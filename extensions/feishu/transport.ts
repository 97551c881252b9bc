import { errorName, silentLogger } from "../../src/log/index.ts";
import type { Logger } from "../../src/log/index.ts";
import { openJournal } from "../../src/plugin-sdk/index.ts";
import type { Journal, SharedIntake } from "../../src/plugin-sdk/index.ts";
import { withDeadline } from "../../src/time/index.ts";
import { proveAccess } from "./client/index.ts";
import { closeOrphanCard } from "./delivery/index.ts";
import { createFeishuWebhook, FeishuConnection, FeishuReceiver } from "./inbound/index.ts";
import type { ConnectionState, DedupeStore, FeishuListener } from "./inbound/index.ts";
import type { FeishuInstance } from "./instance.ts";
import { getBotInfoFeishu } from "./send.ts";
import type { BotInfo } from "./send.ts";

/** Keys of the developer console, "Events & Callbacks". */
export interface WebhookSecrets {
  readonly encryptKey?: string | undefined;
  readonly verificationToken?: string | undefined;
}

/** What a {@link BotTransport} works with. */
export interface BotTransportOptions {
  readonly instance: FeishuInstance;
  readonly listener: FeishuListener;
  /** Events come by HTTP. @defaultValue none: they come by the long connection */
  readonly webhook?: WebhookSecrets | undefined;
  /** @defaultValue in this process's memory */
  readonly dedupe?: DedupeStore | undefined;
  /** Where several processes work for one app. @defaultValue this one is alone */
  readonly shared?: SharedIntake | undefined;
  /** What open cards are written down in; those of this app that an earlier process left are closed at the start. @defaultValue none */
  readonly journal?: Journal | undefined;
}

/** Calls end with the client, so what closes old cards ends soon after it. */
const RECOVERED_WITHIN_MS = 500;

/** The journal of a bot's open cards, if it has a folder for what outlives the process. */
export function openBotJournal(options: {
  readonly stateDir?: string | undefined;
  readonly logger?: Logger | undefined;
}): Journal | undefined {
  return options.stateDir === undefined ? undefined : openJournal(options.stateDir, options.logger ?? silentLogger);
}

/** How one app's events come in, by the long connection or by a webhook, and what goes with it: cards of a process that died are closed. */
export class BotTransport {
  readonly #options: BotTransportOptions;
  readonly #receiver: FeishuReceiver | undefined;
  readonly #webhook: ((request: Request) => Promise<Response>) | undefined;
  #connection: FeishuConnection | undefined;
  #bot: BotInfo | undefined;
  #starting: Promise<void> | undefined;
  readonly #recovered = Promise.withResolvers<number>();
  #stopping: Promise<void> | undefined;

  /** @throws TypeError for a webhook without a key */
  constructor(options: BotTransportOptions) {
    this.#options = options;
    const { instance, listener, webhook, dedupe, shared } = options;
    if (webhook === undefined) return;
    const { clock, logger } = instance.delivery;
    const { appId } = instance.client.account;
    this.#receiver = new FeishuReceiver({ accountId: instance.name, appId, listener, clock, logger, dedupe, shared });
    this.#webhook = createFeishuWebhook({ receiver: this.#receiver, clock, logger, ...webhook });
  }

  /** With a webhook `connected` once it is known who the bot is. */
  get state(): ConnectionState {
    if (this.#stopping !== undefined) return "disconnected";
    if (this.#receiver !== undefined) return this.#receiver.botOpenId === undefined ? "disconnected" : "connected";
    return this.#connection?.state ?? "disconnected";
  }

  /** Who the bot is, from when it started. */
  get bot(): BotInfo | undefined {
    return this.#bot;
  }

  /** How many cards of an earlier process were closed, once all have been dealt with; settles at the latest soon after the end. */
  get recovered(): Promise<number> {
    return this.#recovered.promise;
  }

  /**
   * Connects. Resolves when events can arrive. Calling it again gives the same, unless it failed: what was wrong may be mended.
   * @throws what {@link FeishuConnection.start} throws, with a webhook what asking for the bot throws, or an Error after `stop`
   */
  start(signal?: AbortSignal): Promise<void> {
    if (this.#stopping !== undefined) return Promise.reject(new Error("the bot was stopped; make another one"));
    this.#starting ??= this.#start(signal).catch((error: unknown) => {
      this.#starting = undefined;
      throw error;
    });
    return this.#starting;
  }

  /**
   * Takes a request of Feishu's; starts when nobody has.
   * @returns 401 for what is not proven to come from Feishu, 503 while it cannot start
   * @throws TypeError without a webhook
   */
  async fetch(request: Request): Promise<Response> {
    if (this.#webhook === undefined) throw new TypeError("webhook: give its keys, or events come by no request");
    try {
      await this.start();
    } catch {
      return new Response(null, { status: 503 });
    }
    return this.#webhook(request);
  }

  /** Resolves when everything that has come was handed to the listener. */
  async idle(): Promise<void> {
    await this.#events?.idle();
  }

  /** Tells the listener of an event that was {@link BotTransportOptions.shared}. Resolves when that is done. Never rejects. */
  async replay(body: unknown): Promise<void> {
    await this.#events?.replay(body);
  }

  /** Takes no more events from the long connection; cards go on. Idempotent. */
  async disconnect(): Promise<void> {
    await this.#connection?.close();
  }

  /**
   * Disconnects, lets `end` end what is open, and closes the app. Idempotent.
   * @param end gets what resolves when everything that has come was handed over
   */
  stop(end: (received: () => Promise<void>) => Promise<void>): Promise<void> {
    return (this.#stopping ??= this.#stop(end));
  }

  get #events(): FeishuReceiver | undefined {
    return this.#receiver ?? this.#connection?.receiver;
  }

  async #start(signal: AbortSignal | undefined): Promise<void> {
    const { instance, listener, dedupe, shared } = this.#options;
    const { clock, logger, random } = instance.delivery;
    const { client } = instance;
    await proveAccess(client, { clock, signal });
    if (this.#receiver !== undefined) {
      this.#bot = await getBotInfoFeishu(client, {}, { signal });
      this.#receiver.botOpenId = this.#bot.openId;
      this.#receiver.botName = this.#bot.name;
    } else {
      this.#connection = new FeishuConnection({ client, listener, clock, logger, random, dedupe, shared });
      await this.#connection.start(signal);
      this.#bot = this.#connection.bot;
    }
    this.#recovered.resolve(this.#recover());
  }

  /** Closes the cards that earlier processes left open. */
  async #recover(): Promise<number> {
    const { delivery, name } = this.#options.instance;
    try {
      const done = await this.#options.journal?.recover(
        ({ cardId, messageId, language: locale, remainder }) =>
          closeOrphanCard(delivery, { cardId, messageId, locale, remainder }),
        ({ channel, account }) => channel === "feishu" && account === name,
      );
      return done?.closed ?? 0;
    } catch (error) {
      // The folder may be unreadable; the bot is of use all the same.
      delivery.logger.warn("the journal of an earlier run could not be read", {
        error: errorName(error),
      });
      return 0;
    }
  }

  async #stop(end: (received: () => Promise<void>) => Promise<void>): Promise<void> {
    const { instance, journal } = this.#options;
    // No new questions while the last ones end.
    await this.disconnect();
    await end(() => this.idle());
    await instance.close();
    this.#recovered.resolve(0);
    // What it could not close any more it writes down for the next start.
    await withDeadline(instance.delivery.clock, RECOVERED_WITHIN_MS, "closing old cards", () => this.recovered).catch(
      () => {},
    );
    journal?.close();
  }
}
