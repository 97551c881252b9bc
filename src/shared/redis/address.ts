/** A server of a network. */
export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** As whom to speak to a Redis or Valkey, and how. */
interface RedisLogin {
  /** Also to its sentinels. */
  readonly tls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly database: number;
}

/** One that stays where it is. */
export interface ServerAddress extends RedisLogin, HostAndPort {}

/** One whose sentinels say where it is. */
export interface SentinelAddress extends RedisLogin {
  readonly sentinels: readonly HostAndPort[];
  /** The name by which they know it. */
  readonly master: string;
  readonly sentinelUsername: string | undefined;
  readonly sentinelPassword: string | undefined;
}

/** Where a Redis or Valkey is and as whom to speak to it. */
export type RedisAddress = ServerAddress | SentinelAddress;

/** What is wrong with an address. */
export type RedisAddressFault =
  | "no-url"
  | "scheme"
  | "no-host"
  | "no-master"
  | "parameters"
  | "sentinel-parameters"
  | "database"
  | "no-password"
  | "encoding";

/** An address that cannot be used; the message names what is wrong and holds nothing secret. */
export class RedisAddressError extends Error {
  override readonly name = "RedisAddressError";
  readonly reason: RedisAddressFault;

  constructor(reason: RedisAddressFault, message: string) {
    super(message);
    this.reason = reason;
  }
}

const DEFAULT_PORT = 6379;
const SENTINEL_PORT = 26_379;
const SENTINEL_SCHEME = /^(?<base>rediss?)\+sentinel:\/\/(?:(?<login>.*)@)?(?<rest>[^@]*)$/iu;

/**
 * Reads `redis[s]://[[user][:password]@]host[:port][/database]`, or, where sentinels say which server it is,
 * `redis[s]+sentinel://[[user][:password]@]host[:port][,host[:port]…]/master[/database][?sentinel_username=…&sentinel_password=…]`.
 * @throws RedisAddressError
 */
export function readRedisAddress(text: string): RedisAddress {
  const sentinel = SENTINEL_SCHEME.exec(text.trim())?.groups;
  if (sentinel !== undefined) return readSentinels(sentinel);
  const url = toUrl(text.trim());
  if (url.protocol !== "redis:" && url.protocol !== "rediss:")
    throw new RedisAddressError(
      "scheme",
      `must begin with redis:// or rediss://, not with ${url.protocol}//; with sentinels redis+sentinel://`,
    );
  if (url.search !== "" || url.hash !== "")
    throw new RedisAddressError(
      "parameters",
      "takes no parameters behind the address; encode ? and # of a password as %3F and %23",
    );
  return { ...readServer(url, DEFAULT_PORT), ...readLogin(url, url.pathname.slice(1)) };
}

/** The address without user and password, for logs and people. */
export function describeAddress(address: RedisAddress): string {
  const database = address.database === 0 ? "" : `/${address.database}`;
  const scheme = address.tls ? "rediss" : "redis";
  if (!("sentinels" in address)) return `${scheme}://${describePlace(address)}${database}`;
  const { sentinels, master } = address;
  return `${scheme}+sentinel://${sentinels.map(describePlace).join(",")}/${encodeURIComponent(master)}${database}`;
}

export const describePlace = ({ host, port }: HostAndPort): string =>
  `${host.includes(":") ? `[${host}]` : host}:${port}`;

function readSentinels({ base = "", login, rest = "" }: Readonly<Record<string, string>>): SentinelAddress {
  // A list of hosts is no URL: the rest is read as that of the first one.
  const [, hosts = "", behind = ""] = /^([^/?#]*)(.*)$/su.exec(rest) ?? [];
  const url = toUrl(`${base}://${login === undefined ? "" : `${login}@`}sentinel${behind}`);
  const [master = "", database = "", ...more] = url.pathname.slice(1).split("/");
  if (master === "" || more.length > 0)
    throw new RedisAddressError(
      "no-master",
      "must name the master that the sentinels watch behind the hosts: redis+sentinel://host:26379/mymaster",
    );
  const parameters = new Map(url.searchParams);
  const take = (name: string): string | undefined => {
    const value = parameters.get(name);
    parameters.delete(name);
    return value || undefined;
  };
  const [sentinelUsername, sentinelPassword] = [take("sentinel_username"), take("sentinel_password")];
  if (parameters.size > 0 || url.hash !== "")
    throw new RedisAddressError(
      "sentinel-parameters",
      "takes no parameters but sentinel_username and sentinel_password; encode ?, #, & and + of a password as %3F, %23, %26 and %2B",
    );
  if (sentinelUsername !== undefined && sentinelPassword === undefined) throw noPassword();
  return {
    sentinels: hosts.split(",").map((host) => readServer(toUrl(`redis://${host.trim()}`), SENTINEL_PORT)),
    master: decode(master, "master's name") ?? "",
    sentinelUsername,
    sentinelPassword,
    ...readLogin(url, database),
  };
}

function toUrl(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw new RedisAddressError("no-url", "is no URL; write redis://host:6379 or rediss://user:password@host:6379");
  }
}

function readServer({ hostname, port }: URL, defaultPort: number): HostAndPort {
  if (hostname === "") throw new RedisAddressError("no-host", "names no host; write redis://host:6379");
  // An IPv6 address is in brackets only in a URL.
  return { host: hostname.replace(/^\[|\]$/gu, ""), port: port === "" ? defaultPort : Number(port) };
}

function readLogin(url: URL, database: string): RedisLogin {
  if (!/^\d*$/u.test(database))
    throw new RedisAddressError("database", "must end with the number of a database, such as /0");
  const username = decode(url.username, "user");
  const password = decode(url.password, "password");
  if (username !== undefined && password === undefined) throw noPassword();
  return { tls: url.protocol === "rediss:", username, password, database: Number(database) };
}

const noPassword = (): RedisAddressError =>
  new RedisAddressError(
    "no-password",
    "names a user and no password; a password alone is written redis://:password@host",
  );

function decode(text: string, what: string): string | undefined {
  if (text === "") return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RedisAddressError("encoding", `has a ${what} that is not percent-encoded: write % as %25`);
  }
}
