/** Where a Redis or Valkey is and as whom to speak to it. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly database: number;
}

/** What is wrong with an address. */
export type RedisAddressFault =
  | "no-url"
  | "scheme"
  | "no-host"
  | "parameters"
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

/**
 * Reads `redis[s]://[[user][:password]@]host[:port][/database]`.
 * @throws RedisAddressError
 */
export function readRedisAddress(text: string): RedisAddress {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    throw new RedisAddressError("no-url", "is no URL; write redis://host:6379 or rediss://user:password@host:6379");
  }
  if (url.protocol !== "redis:" && url.protocol !== "rediss:")
    throw new RedisAddressError("scheme", `must begin with redis:// or rediss://, not with ${url.protocol}//`);
  if (url.hostname === "") throw new RedisAddressError("no-host", "names no host; write redis://host:6379");
  if (url.search !== "" || url.hash !== "")
    throw new RedisAddressError(
      "parameters",
      "takes no parameters behind the address; encode ? and # of a password as %3F and %23",
    );
  const database = url.pathname.replace(/^\//u, "");
  if (!/^\d*$/u.test(database))
    throw new RedisAddressError("database", "must end with the number of a database, such as /0");
  const username = decode(url.username, "user");
  const password = decode(url.password, "password");
  if (username !== undefined && password === undefined)
    throw new RedisAddressError(
      "no-password",
      "names a user and no password; a password alone is written redis://:password@host",
    );
  return {
    // An IPv6 address is in brackets only in a URL.
    host: url.hostname.replace(/^\[|\]$/gu, ""),
    port: url.port === "" ? DEFAULT_PORT : Number(url.port),
    tls: url.protocol === "rediss:",
    username,
    password,
    database: Number(database),
  };
}

/** The address without user and password, for logs and people. */
export const describeAddress = ({ host, port, tls, database }: RedisAddress): string =>
  `${tls ? "rediss" : "redis"}://${host.includes(":") ? `[${host}]` : host}:${port}${database === 0 ? "" : `/${database}`}`;

function decode(text: string, what: string): string | undefined {
  if (text === "") return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RedisAddressError("encoding", `has a ${what} that is not percent-encoded: write % as %25`);
  }
}
