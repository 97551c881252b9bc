import type { RedisClientType } from "@redis/client";
import type { Logger } from "../../log/index.ts";
import { sleep, withDeadline } from "../../time/index.ts";
import type { Clock } from "../../time/index.ts";
import { SharedStateError } from "../state.ts";
import { describeAddress, describePlace } from "./address.ts";
import type { HostAndPort, RedisAddress } from "./address.ts";
import { isPassing, SentinelError } from "./sentinel-error.ts";
import { Sentinels } from "./sentinels.ts";
import { isReply, reasonOf, toSharedStateError } from "./trouble.ts";
import { fixedAt, isSamePlace } from "./whereabouts.ts";
import type { Finder } from "./whereabouts.ts";

/** How to reach a Redis or Valkey. */
export interface RedisSettings {
  readonly address: RedisAddress;
  /** PEM certificates of who signs the server's certificate, and its sentinels', beside those the system knows. */
  readonly ca?: string | undefined;
}

export interface ConnectOptions extends RedisSettings {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A command that takes this long has gone somewhere from where no answer comes. */
const COMMAND_WITHIN_MS = 2_000;
const CONNECT_WITHIN_MS = 3_000;
/** Silence after which a connection is given up; each side of it is heard at least every second. */
const SILENT_MS = 5_000;
const PING_EVERY_MS = 1_000;
const MAX_RETRY_MS = 1_000;
/** How long who starts looks again while its sentinels are late, or name one that is no master. */
const PASSES_WITHIN_MS = 3_000;
const LOOK_AGAIN_MS = 300;

/** Who says where the Redis of an address is, for all connections to it. Close it after them. */
export const finderOf = ({ address, ca, clock }: Omit<ConnectOptions, "logger">): Finder =>
  "sentinels" in address ? new Sentinels({ address, ca, clock }) : fixedAt(address);

/** One connection; it comes back by itself, to wherever the Redis is then, until it is closed. */
export class RedisConnection {
  readonly #options: ConnectOptions;
  readonly #finder: Finder;
  readonly #closing = new AbortController();
  readonly #listeners = new Set<() => void>();
  #client: RedisClientType | undefined;
  #at: HostAndPort | undefined;
  /** Where it has moved to since it was last looked for. */
  #movedTo: HostAndPort | undefined;

  /**
   * Connects. The client is loaded only now: without Redis nobody pays for it.
   * @throws SharedStateError when the first attempt fails; later the connection is sought for ever.
   */
  static async open(options: ConnectOptions, finder: Finder): Promise<RedisConnection> {
    const connection = new RedisConnection(options, finder);
    const { clock } = options;
    for (const until = clock.now() + PASSES_WITHIN_MS; ;) {
      try {
        await connection.#connect();
        return connection;
      } catch (error) {
        if (isPassing(error) && clock.now() < until) {
          await sleep(clock, LOOK_AGAIN_MS);
          continue;
        }
        connection.close();
        throw connection.#toFirstError(error);
      }
    }
  }

  private constructor(options: ConnectOptions, finder: Finder) {
    this.#options = options;
    this.#finder = finder;
    finder.onMoved((to) => this.#leave(to));
  }

  /** Where it is, for people. */
  get where(): string {
    const { address } = this.#options;
    const named = describeAddress(address);
    return "sentinels" in address && this.#at !== undefined ? `${describePlace(this.#at)}, master of ${named}` : named;
  }

  /** @throws SharedStateError while it is not connected */
  get client(): RedisClientType {
    if (this.#client === undefined) throw new SharedStateError("unreachable", `Redis at ${this.where}: not connected`);
    return this.#client;
  }

  /** Runs one command, for two seconds at most. @throws SharedStateError */
  async run<T>(command: (client: RedisClientType) => Promise<T>): Promise<T> {
    const { client, where } = this;
    try {
      return await withDeadline(this.#options.clock, COMMAND_WITHIN_MS, "Redis", () => command(client));
    } catch (error) {
      throw toSharedStateError(error, where);
    }
  }

  /** Called each time the connection is there again. */
  onReady(listener: () => void): void {
    this.#listeners.add(listener);
  }

  close(): void {
    this.#closing.abort();
    this.#client?.destroy();
    this.#client = undefined;
  }

  async #connect(): Promise<void> {
    this.#movedTo = undefined;
    const found = await this.#finder.find();
    this.#at = found;
    const client = await this.#create(found);
    // Told after it has gone.
    client.on("error", (error: unknown) => {
      if (this.#client === client) this.#lost(client, error);
    });
    try {
      await client.connect();
      if (found.by !== undefined) await this.#prove(client, found, found.by);
      this.#closing.signal.throwIfAborted();
      const hasMoved = this.#movedTo !== undefined && !isSamePlace(this.#movedTo, found);
      if (hasMoved || !client.isReady)
        throw new SharedStateError("unreachable", `Redis at ${this.where}: gone before it was of use`);
      this.#client = client;
    } catch (error) {
      client.destroy();
      throw error;
    }
  }

  async #create({ host, port }: HostAndPort): Promise<RedisClientType> {
    const { createClient } = await import("@redis/client");
    const { address, ca } = this.#options;
    const timing = { connectTimeout: CONNECT_WITHIN_MS, socketTimeout: SILENT_MS };
    const at = { host, port, reconnectStrategy: false, ...timing } as const;
    return createClient({
      socket: address.tls ? { ...at, tls: true, ...(ca === undefined ? {} : { ca }) } : at,
      ...(address.username === undefined ? {} : { username: address.username }),
      ...(address.password === undefined ? {} : { password: address.password }),
      database: address.database,
      name: "cardstream",
      // A command is never sent twice, nor later than its caller waits for it.
      disableOfflineQueue: true,
      pingInterval: PING_EVERY_MS,
      maintNotifications: "disabled",
    });
  }

  /** What a sentinel says may be old: only a master may be written to. */
  async #prove(client: RedisClientType, at: HostAndPort, by: HostAndPort): Promise<void> {
    const { address, clock } = this.#options;
    const answer: unknown = await withDeadline(clock, COMMAND_WITHIN_MS, "Redis", () => client.sendCommand(["ROLE"]));
    const isMaster = Array.isArray(answer) && answer[0] === "master";
    if (!isMaster && "sentinels" in address)
      throw new SentinelError("unreachable", address, { kind: "no-master", by, at });
  }

  /** The master is elsewhere now: this one may answer still, and may not be written to. */
  #leave(to: HostAndPort): void {
    this.#movedTo = to;
    const client = this.#client;
    if (client === undefined || this.#at === undefined || isSamePlace(to, this.#at)) return;
    this.#options.logger.info("the sentinels name another master; going there", { where: this.where });
    this.#client = undefined;
    client.destroy();
    void this.#seek(false);
  }

  #lost(client: RedisClientType, error: unknown): void {
    this.#client = undefined;
    client.destroy();
    if (this.#closing.signal.aborted) return;
    const { where } = this;
    this.#options.logger.warn("Redis cannot be reached; trying again", { where, reason: reasonOf(error) });
    void this.#seek(true);
  }

  async #seek(isTold: boolean): Promise<void> {
    const { clock, logger } = this.#options;
    const { signal } = this.#closing;
    let told = isTold;
    for (let retries = 0; !signal.aborted; retries++) {
      try {
        await this.#connect();
        if (told) logger.info("Redis can be reached again", { where: this.where });
        for (const listener of this.#listeners) listener();
        return;
      } catch (error) {
        if (!told) logger.warn("Redis cannot be reached; trying again", { where: this.where, reason: reasonOf(error) });
        told = true;
        await sleep(clock, Math.min(MAX_RETRY_MS, 20 * 2 ** Math.min(retries, 6)), signal).catch(() => {});
      }
    }
  }

  #toFirstError(error: unknown): SharedStateError {
    if (error instanceof SharedStateError) return error;
    const trouble = isReply(error) ? "refused" : "unreachable";
    return new SharedStateError(trouble, `Redis at ${this.where}: ${reasonOf(error)}`, { cause: error });
  }
}
