import type { RedisClientType } from "@redis/client";
import { DeadlineError, sleep, withDeadline } from "../../time/index.ts";
import type { Clock } from "../../time/index.ts";
import type { HostAndPort, SentinelAddress } from "./address.ts";
import { isReply, reasonOf } from "./trouble.ts";

/** What one sentinel knows. */
export type SentinelAnswer =
  | { readonly kind: "master"; readonly at: HostAndPort; readonly epoch: number }
  | { readonly kind: "unknown"; readonly known: readonly string[] }
  | { readonly kind: "silent"; readonly reason: string; readonly isLate: boolean; readonly isRefusal: boolean };

/** What a {@link SentinelEar} works with. */
export interface SentinelEarOptions {
  readonly sentinel: HostAndPort;
  readonly address: SentinelAddress;
  readonly ca: string | undefined;
  readonly clock: Clock;
  /** It has answered, or could not. */
  readonly onAnswer: () => void;
}

const ANSWER_WITHIN_MS = 2_000;
/** What it tells by itself may be lost. */
const ASK_EVERY_MS = 1_000;
const SWITCH = "+switch-master";

/** Asks one sentinel where the master is, now and then and whenever it says that this has changed. */
export class SentinelEar {
  readonly sentinel: HostAndPort;
  readonly #options: SentinelEarOptions;
  readonly #closing = new AbortController();
  #answer: SentinelAnswer | undefined;
  #round = Promise.withResolvers<void>();
  #wake = new AbortController();

  constructor(options: SentinelEarOptions) {
    this.#options = options;
    this.sentinel = options.sentinel;
    void this.#listen();
  }

  /** Its last answer; undefined before the first one. */
  get answer(): SentinelAnswer | undefined {
    return this.#answer;
  }

  /** Asks now. Resolves when it has answered, or could not. */
  ask(): Promise<void> {
    this.#wake.abort();
    return this.#round.promise;
  }

  close(): void {
    this.#closing.abort();
    this.#wake.abort();
    this.#round.resolve();
  }

  async #listen(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      let client: RedisClientType | undefined;
      try {
        client = await this.#connect();
        for (;;) {
          this.#told(await this.#askOnce(client));
          await this.#pause();
          if (this.#closing.signal.aborted) break;
        }
      } catch (error) {
        const reason = reasonOf(error);
        const isOther = /^ERR unknown command/iu.test(reason);
        this.#told({
          kind: "silent",
          reason: isOther ? "is no sentinel" : reason,
          isLate: error instanceof DeadlineError,
          isRefusal: isReply(error),
        });
        await this.#pause();
      } finally {
        client?.destroy();
      }
    }
  }

  async #connect(): Promise<RedisClientType> {
    const { address, sentinel, ca } = this.#options;
    const { createClient } = await import("@redis/client");
    const { sentinelUsername: username, sentinelPassword: password } = address;
    const at = { ...sentinel, reconnectStrategy: false, connectTimeout: ANSWER_WITHIN_MS } as const;
    const client: RedisClientType = createClient({
      socket: address.tls ? { ...at, tls: true, ...(ca === undefined ? {} : { ca }) } : at,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      name: "cardstream",
      disableOfflineQueue: true,
      maintNotifications: "disabled",
    });
    // Whoever asks is told.
    client.on("error", () => {});
    try {
      await this.#within(() => client.connect());
      await this.#within(() => client.subscribe(SWITCH, (message) => this.#heard(message)));
      return client;
    } catch (error) {
      client.destroy();
      throw error;
    }
  }

  #heard(message: string): void {
    if (message.startsWith(`${this.#options.address.master} `)) this.#wake.abort();
  }

  async #askOnce(client: RedisClientType): Promise<SentinelAnswer> {
    const { master } = this.#options.address;
    const ask = (...what: string[]): Promise<unknown> => client.sendCommand(["SENTINEL", ...what]);
    return this.#within(async () => {
      // In one breath, so that both are of the same moment.
      const [place, about] = await Promise.all([
        ask("GET-MASTER-ADDR-BY-NAME", master),
        ask("MASTER", master).catch((error: unknown) => error),
      ]);
      if (!Array.isArray(place)) return { kind: "unknown", known: namesIn(await ask("MASTERS")) };
      // Of two that disagree the one with the newer configuration is right. Who may not know it counts as old.
      const epoch = about instanceof Error ? 0 : Number(fieldOf(about, "config-epoch") ?? 0);
      return { kind: "master", at: { host: String(place[0]), port: Number(place[1]) }, epoch };
    });
  }

  #told(answer: SentinelAnswer): void {
    this.#answer = answer;
    this.#round.resolve();
    this.#round = Promise.withResolvers();
    this.#options.onAnswer();
  }

  async #pause(): Promise<void> {
    await sleep(this.#options.clock, ASK_EVERY_MS, this.#wake.signal).catch(() => {});
    this.#wake = new AbortController();
  }

  #within<T>(work: () => Promise<T>): Promise<T> {
    return withDeadline(this.#options.clock, ANSWER_WITHIN_MS, "a sentinel", work, this.#closing.signal);
  }
}

/** A field of what a sentinel says of a master: a list of names and values, or an object, by the protocol's version. */
function fieldOf(about: unknown, name: string): unknown {
  if (Array.isArray(about)) return about[about.indexOf(name) + 1];
  return typeof about === "object" && about !== null ? Reflect.get(about, name) : undefined;
}

const namesIn = (masters: unknown): string[] =>
  Array.isArray(masters) ? masters.map((about) => String(fieldOf(about, "name"))) : [];
