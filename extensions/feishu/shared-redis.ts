import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Logger } from "../../src/log/index.ts";
import { openRedisState, readRedisAddress, RedisAddressError, SharedStateError } from "../../src/shared/index.ts";
import type { RedisAddress, SharedState } from "../../src/shared/index.ts";
import type { Clock } from "../../src/time/index.ts";

/** The Redis (7 or newer) or Valkey (8 or newer) that several processes of one app share. The names are those of `cardstream.json5`. */
export interface SharedRedis {
  /**
   * `redis://host:6379`; with TLS and an ACL user `rediss://user:password@host:6379`; where Sentinel leads to it
   * `redis+sentinel://host:26379,host2:26379/master`. @defaultValue `CARDSTREAM_REDIS` of the environment
   */
  readonly redis?: string | undefined;
  /** Begins every key. @defaultValue "cs" */
  readonly prefix?: string | undefined;
  /** PEM file of who signed the server's certificate; relative to the working directory. @defaultValue those the system knows */
  readonly caFile?: string | undefined;
  /** Silence, in seconds, after which a process counts as dead. @defaultValue 15 */
  readonly leaseSeconds?: number | undefined;
  /** When the process is stopped, its answers may go on for so many seconds before they are interrupted. @defaultValue 20 */
  readonly drainSeconds?: number | undefined;
}

/** Where several processes of an app meet. */
export interface Share {
  /** Opens a part of what they share. @throws SharedStateError */
  open(scope: string): Promise<SharedState>;
  readonly lifetimeMs: number;
  readonly drainMs: number;
}

/**
 * Reads where an app's processes meet; undefined when this one is alone. Nothing is connected, and nothing loaded, before it is opened.
 * @param at what the settings are called, for errors
 * @throws TypeError naming the setting that cannot be used and how to mend it, without anything secret
 */
export function readShare(
  settings: SharedRedis | undefined,
  {
    clock,
    logger,
    env,
    at,
  }: { clock: Clock; logger: Logger; env: Readonly<Record<string, string | undefined>>; at: string },
): Share | undefined {
  const { redis, prefix = "cs", caFile, leaseSeconds = 15, drainSeconds = 20 } = settings ?? {};
  const text = redis ?? env["CARDSTREAM_REDIS"]?.trim();
  if (text === undefined || text === "") return undefined;
  const name = redis === undefined ? "CARDSTREAM_REDIS" : `${at}.redis`;
  const address = readAddress(text, name);
  if (!/^[\w:.-]{1,64}$/u.test(prefix))
    throw new TypeError(`${at}.prefix: letters, digits and _ : . - only, at most 64`);
  expectSeconds(leaseSeconds, 1, 300, `${at}.leaseSeconds`);
  expectSeconds(drainSeconds, 0, 3_600, `${at}.drainSeconds`);
  const ca = caFile === undefined ? undefined : readCa(resolve(caFile), `${at}.caFile`);
  return {
    async open(scope) {
      try {
        return await openRedisState({ address, prefix, ca, scope, clock, logger });
      } catch (error) {
        if (!(error instanceof SharedStateError)) throw error;
        throw new SharedStateError(error.trouble, `${name}: ${error.message}; start it, or correct the address`, {
          cause: error,
        });
      }
    },
    lifetimeMs: leaseSeconds * 1_000,
    drainMs: drainSeconds * 1_000,
  };
}

function readAddress(text: string, at: string): RedisAddress {
  try {
    return readRedisAddress(text);
  } catch (error) {
    if (error instanceof RedisAddressError)
      throw new TypeError(`${at}: the address ${error.message}`, { cause: error });
    throw error;
  }
}

function expectSeconds(value: number, least: number, most: number, at: string): void {
  if (!(value >= least && value <= most)) throw new TypeError(`${at}: ${least} to ${most} seconds, not ${value}`);
}

function readCa(path: string, at: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code = "unreadable" } = error as NodeJS.ErrnoException;
    throw new TypeError(`${at}: ${path} cannot be read (${code}); name the PEM file of the certificate's signer`, {
      cause: error,
    });
  }
}
