import { finderOf, RedisConnection } from "./connect.ts";
import type { ConnectOptions } from "./connect.ts";
import type { SilentSentinel } from "./sentinel-error.ts";
import { Sentinels } from "./sentinels.ts";

/** What a Redis or Valkey says of itself. */
export interface RedisFacts {
  readonly product: "redis" | "valkey";
  readonly version: string;
  /** Where it is now, without who asks. */
  readonly where: string;
  /** Those of its sentinels that cannot be asked; undefined where none say where it is. */
  readonly silent: readonly SilentSentinel[] | undefined;
  /** Median of ten round trips, milliseconds. */
  readonly roundTripMs: number;
  /** `always`, `everysec`, `no`; undefined when it does not write what it does to disk. `unknown`: it does, and does not say how often. */
  readonly appendSync: string | undefined;
  /** What it deletes when its memory is full; `noeviction`: nothing. */
  readonly evictionPolicy: string;
}

const ROUND_TRIPS = 10;

/**
 * Asks a Redis or Valkey for what matters to those who share it.
 * @throws SharedStateError when it cannot be reached or refuses
 */
export async function examineRedis(options: ConnectOptions): Promise<RedisFacts> {
  const finder = finderOf(options);
  try {
    const connection = await RedisConnection.open(options, finder);
    try {
      const silent = finder instanceof Sentinels ? await finder.findSilent() : undefined;
      return { ...(await ask(connection, options)), silent };
    } finally {
      connection.close();
    }
  } finally {
    finder.close();
  }
}

async function ask(connection: RedisConnection, { clock }: ConnectOptions): Promise<Omit<RedisFacts, "silent">> {
  const times: number[] = [];
  for (let i = 0; i < ROUND_TRIPS; i++) {
    const before = clock.now();
    await connection.run((client) => client.ping());
    times.push(clock.now() - before);
  }
  const info = readInfo(await connection.run((client) => client.info()));
  const isValkey = info.get("server_name") === "valkey";
  const isWritten = info.get("aof_enabled") === "1";
  const sync = isWritten ? await connection.run((client) => client.configGet("appendfsync")).catch(() => ({})) : {};
  const told = (sync as { appendfsync?: string }).appendfsync ?? "unknown";
  return {
    product: isValkey ? "valkey" : "redis",
    version: info.get(isValkey ? "valkey_version" : "redis_version") ?? "unknown",
    where: connection.where,
    roundTripMs: times.toSorted((a, b) => a - b)[ROUND_TRIPS / 2] ?? Infinity,
    appendSync: isWritten ? told : undefined,
    evictionPolicy: info.get("maxmemory_policy") ?? "unknown",
  };
}

/** Lines `name:value` of INFO. */
function readInfo(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split("\r\n").flatMap((line): [string, string][] => {
      const colon = line.indexOf(":");
      return colon < 0 ? [] : [[line.slice(0, colon), line.slice(colon + 1)]];
    }),
  );
}
