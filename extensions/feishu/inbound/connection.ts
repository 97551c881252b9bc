import type { Logger } from "../../../src/log/index.ts";
import { sleep } from "../../../src/time/index.ts";
import type { Clock } from "../../../src/time/index.ts";
import { FeishuApiError, FeishuInputError, FeishuTransportError } from "../client/index.ts";
import type { FeishuClient } from "../client/index.ts";
import { getBotInfoFeishu } from "../send.ts";
import type { BotInfo } from "../send.ts";
import type { ConnectionState, FeishuListener } from "./listener.ts";
import { openLongConnection } from "./long-connection.ts";
import { FeishuReceiver } from "./receiver.ts";
import type { FeishuReceiverOptions } from "./receiver.ts";

/** How to make a {@link FeishuConnection}. */
export interface FeishuConnectionOptions extends Pick<
  FeishuReceiverOptions,
  "dedupe" | "dedupeForMs" | "staleAfterMs" | "shared"
> {
  /** Not closed with the connection: replies may still be going out. */
  readonly client: FeishuClient;
  readonly listener: FeishuListener;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
}

/** The only app ids the SDK's long connection accepts; for others it logs and does nothing, for ever. */
const APP_ID = /^cli_[0-9a-fA-F]{16}$/u;
const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 30_000;
/** Between attempts after Feishu refused a connection that had worked. */
const REOPEN_MS = 5 * 60_000;

/** One app's long connection: events in, typed and once each, to the listener. Reconnects by itself until closed. */
export class FeishuConnection {
  /** Takes events that come by another way too, for example a webhook beside the connection. */
  readonly receiver: FeishuReceiver;
  readonly #options: FeishuConnectionOptions;
  readonly #closing = new AbortController();
  #state: ConnectionState = "disconnected";
  #bot: BotInfo | undefined;
  #socket: { close(): void } | undefined;

  constructor(options: FeishuConnectionOptions) {
    const { client, listener, clock, logger, dedupe, dedupeForMs, staleAfterMs, shared } = options;
    this.#options = options;
    this.receiver = new FeishuReceiver({
      accountId: client.accountId,
      appId: client.account.appId,
      listener,
      clock,
      logger,
      dedupe,
      dedupeForMs,
      staleAfterMs,
      shared,
    });
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Who the bot is; known once `start` has begun to connect. */
  get bot(): BotInfo | undefined {
    return this.#bot;
  }

  /**
   * Connects, once. Resolves when events can arrive; while the network or Feishu is down it keeps trying, and so it does for ever
   * once it was connected.
   * @throws FeishuApiError when Feishu refuses the app, FeishuInputError when the app id cannot connect, the signal's reason, or an
   * error that says the connection was closed meanwhile
   */
  async start(signal?: AbortSignal): Promise<void> {
    const { appId } = this.#options.client.account;
    if (!APP_ID.test(appId))
      throw new FeishuInputError(
        "ws.connect",
        "appId",
        "malformed-id",
        "must be cli_ and 16 hex digits for the long connection",
      );
    const stop = signal === undefined ? this.#closing.signal : AbortSignal.any([this.#closing.signal, signal]);
    this.#change("connecting");
    try {
      this.#bot = await this.#identify(stop);
      this.receiver.botOpenId = this.#bot.openId;
      this.receiver.botName = this.#bot.name;
      await this.#connect(stop);
    } catch (error) {
      this.#socket?.close();
      this.#change(
        stop.aborted ? "disconnected" : "failed",
        error instanceof Error && !stop.aborted ? error : undefined,
      );
      throw error;
    }
  }

  /** Disconnects at once. Events that were received are still told. Idempotent. */
  async close(): Promise<void> {
    this.#closing.abort(new Error("the Feishu connection was closed"));
    this.#socket?.close();
    this.#change("disconnected");
  }

  /** Proves the credentials, and learns the bot's open_id, by which its mentions are known. */
  async #identify(signal: AbortSignal): Promise<BotInfo> {
    const { client, clock, logger, random } = this.#options;
    for (let waitMs = FIRST_RETRY_MS; ; waitMs = Math.min(waitMs * 2, MAX_RETRY_MS)) {
      try {
        return await getBotInfoFeishu(client, {}, { signal });
      } catch (error) {
        if (signal.aborted || !isPassing(error)) throw error;
        logger.warn("Feishu cannot be reached; trying again", {
          accountId: client.accountId,
          error: error.message,
          waitMs,
        });
        this.#change("reconnecting", error);
        await sleep(
          clock,
          (error instanceof FeishuApiError ? error.retryAfterMs : undefined) ?? waitMs * (0.5 + random() / 2),
          signal,
        );
      }
    }
  }

  #connect(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => reject(signal.reason);
      signal.addEventListener("abort", onAbort, { once: true });
      const done = (): void => signal.removeEventListener("abort", onAbort);
      this.#open({
        connected: () => {
          done();
          resolve();
        },
        failed: (error) => {
          done();
          reject(error);
        },
      });
    });
  }

  #open(first: { readonly connected: () => void; readonly failed: (error: Error) => void }): void {
    const { client, clock, logger, random } = this.#options;
    let wasConnected = false;
    const whileOpen = (tell: () => void): void => {
      if (!this.#closing.signal.aborted) tell();
    };
    const events = {
      onConnected: () =>
        whileOpen(() => {
          wasConnected = true;
          this.#change("connected");
          first.connected();
        }),
      onReconnecting: (error: Error | undefined) => whileOpen(() => this.#change("reconnecting", error)),
      onFailed: (error: Error) => whileOpen(() => (wasConnected ? void this.#reopen(error) : first.failed(error))),
    };
    this.#socket = openLongConnection({ client, receiver: this.receiver, events, clock, logger, random });
  }

  /** A refusal after all went well may pass (too many connections during a deployment): the SDK has given up, we have not. */
  async #reopen(error: Error): Promise<void> {
    const { clock, random } = this.#options;
    this.#socket?.close();
    this.#change("reconnecting", error);
    try {
      await sleep(clock, REOPEN_MS * (0.5 + random() / 2), this.#closing.signal);
    } catch {
      return;
    }
    this.#open({ connected: () => {}, failed: (again) => void this.#reopen(again) });
  }

  #change(state: ConnectionState, error?: Error): void {
    const { client, listener, logger } = this.#options;
    if (state === this.#state && error === undefined) return;
    this.#state = state;
    logger.info(`feishu connection: ${state}`, { accountId: client.accountId, ...(error && { error: error.message }) });
    try {
      listener.onStatus?.({ accountId: client.accountId, state, error });
    } catch {
      logger.error("the handler of a connection's status failed", { accountId: client.accountId });
    }
  }
}

/** Failures that pass: no answer, or an answer that says "later". */
function isPassing(error: unknown): error is Error {
  if (error instanceof FeishuTransportError) return true;
  return (
    error instanceof FeishuApiError &&
    (error.kind === "server" || error.kind === "rate-limited" || error.kind === "busy")
  );
}
