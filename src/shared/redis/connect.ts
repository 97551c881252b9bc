import type { RedisClientType } from "@redis/client";
import type { Logger } from "../../log/index.ts";
import { DeadlineError, withDeadline } from "../../time/index.ts";
import type { Clock } from "../../time/index.ts";
import { SharedStateError } from "../state.ts";
import { describeAddress } from "./address.ts";
import type { RedisAddress } from "./address.ts";

/** How to reach a Redis or Valkey. */
export interface RedisSettings {
  readonly address: RedisAddress;
  /** PEM certificates of who signs the server's certificate, beside those the system knows. */
  readonly ca?: string | undefined;
}

/** One connection; it comes back by itself until it is closed. */
export interface RedisConnection {
  readonly client: RedisClientType;
  /** Runs one command, for two seconds at most. @throws SharedStateError */
  run<T>(command: (client: RedisClientType) => Promise<T>): Promise<T>;
  /** Called each time the connection is there again. */
  onReady(listener: () => void): void;
  close(): void;
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

/**
 * Connects. The client is loaded only now: without Redis nobody pays for it.
 * @throws SharedStateError when the first attempt fails; later the connection is sought for ever.
 */
export async function connectRedis(options: ConnectOptions): Promise<RedisConnection> {
  const { address, ca, clock, logger } = options;
  const { createClient } = await import("@redis/client");
  const where = describeAddress(address);
  let isFirst = true;
  const timing = { connectTimeout: CONNECT_WITHIN_MS, socketTimeout: SILENT_MS };
  const strategy = (retries: number): number | false =>
    isFirst ? false : Math.min(MAX_RETRY_MS, 20 * 2 ** Math.min(retries, 6));
  const at = { host: address.host, port: address.port, reconnectStrategy: strategy, ...timing };
  const client: RedisClientType = createClient({
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
  let lost = false;
  client.on("error", (error: unknown) => {
    if (!lost && !isFirst) logger.warn("Redis cannot be reached; trying again", { where, reason: reasonOf(error) });
    lost = true;
  });
  client.on("ready", () => {
    if (lost) logger.info("Redis can be reached again", { where });
    lost = false;
  });
  try {
    await client.connect();
  } catch (error) {
    client.destroy();
    throw new SharedStateError(
      error instanceof Error && isReply(error) ? "refused" : "unreachable",
      `Redis at ${where}: ${reasonOf(error)}`,
      { cause: error },
    );
  }
  isFirst = false;
  return {
    client,
    async run(command) {
      try {
        return await withDeadline(clock, COMMAND_WITHIN_MS, "Redis", () => command(client));
      } catch (error) {
        throw toSharedStateError(error, where);
      }
    },
    onReady: (listener) => void client.on("ready", listener),
    close() {
      // That it is gone is no news.
      lost = true;
      if (client.isOpen) client.destroy();
    },
  };
}

function toSharedStateError(error: unknown, where: string): SharedStateError {
  const told = `Redis at ${where}: ${reasonOf(error)}`;
  if (error instanceof Error) {
    if (isReply(error)) return new SharedStateError("refused", told, { cause: error });
    const unsent = ["ClientOfflineError", "ClientClosedError"].includes(error.constructor.name);
    if (unsent) return new SharedStateError("unreachable", told, { cause: error });
  }
  return new SharedStateError("unknown", told, { cause: error });
}

/** An answer of Redis that says no. */
const isReply = (error: Error): boolean => ["ErrorReply", "SimpleError", "BlobError"].includes(error.constructor.name);

/** What happened, without what was sent. */
function reasonOf(error: unknown): string {
  if (error instanceof DeadlineError) return `no answer within ${error.ms} ms`;
  if (!(error instanceof Error)) return "unknown";
  const { code } = error as NodeJS.ErrnoException;
  // An answer's first line; scripts add where they stopped, never their arguments.
  return code === undefined ? (error.message.split("\n", 1)[0] ?? error.name).slice(0, 200) : code;
}
