import { SharedStateError } from "../state.ts";
import type { SharedStateTrouble } from "../state.ts";
import { describeAddress, describePlace } from "./address.ts";
import type { HostAndPort, SentinelAddress } from "./address.ts";

/** A sentinel that could not be asked, and why. */
export interface SilentSentinel {
  readonly sentinel: HostAndPort;
  readonly reason: string;
  /** It did not answer in time, as whoever is busy, or asked by one who is. */
  readonly isLate: boolean;
}

/**
 * Why sentinels did not lead to a Redis:
 * - `silent`: none of them could be asked
 * - `unknown-master`: they watch no master of that name, but those in `known`
 * - `no-master`: `at`, which the sentinel `by` names, says that it is no master
 */
export type SentinelFault =
  | { readonly kind: "silent"; readonly silent: readonly SilentSentinel[] }
  | { readonly kind: "unknown-master"; readonly master: string; readonly known: readonly string[] }
  | { readonly kind: "no-master"; readonly by: HostAndPort; readonly at: HostAndPort };

/** Sentinels did not lead to a Redis. The message holds nothing secret. */
export class SentinelError extends SharedStateError {
  readonly fault: SentinelFault;

  constructor(trouble: SharedStateTrouble, address: SentinelAddress, fault: SentinelFault) {
    super(trouble, `Redis at ${describeAddress(address)}: ${tell(fault)}`);
    this.fault = fault;
  }
}

/** Whether it may be otherwise in a moment: a replica is about to be promoted, or somebody is slow to answer. */
export const isPassing = (error: unknown): boolean =>
  error instanceof SentinelError &&
  (error.fault.kind === "no-master" ||
    (error.fault.kind === "silent" && error.fault.silent.some(({ isLate }) => isLate)));

/** `host:port (reason), …` */
export const describeSilent = (silent: readonly SilentSentinel[]): string =>
  silent.map(({ sentinel, reason }) => `${describePlace(sentinel)} (${reason})`).join(", ");

/** Whether a sentinel wants to know who asks. */
export const wantsLogin = (silent: readonly SilentSentinel[]): boolean =>
  silent.some(({ reason }) => /^(?:NOAUTH|WRONGPASS|NOPERM)\b/u.test(reason));

function tell(fault: SentinelFault): string {
  switch (fault.kind) {
    case "silent": {
      const login = wantsLogin(fault.silent)
        ? "; who asks them is said by ?sentinel_username=…&sentinel_password=…"
        : "";
      return `no sentinel can be asked: ${describeSilent(fault.silent)}${login}`;
    }
    case "unknown-master":
      return `its sentinels watch no master "${fault.master}"; they watch ${namesOf(fault.known)}`;
    default:
      return `the sentinel ${describePlace(fault.by)} names ${describePlace(fault.at)}, which is no master now`;
  }
}

const namesOf = (names: readonly string[]): string =>
  names.length === 0 ? "none" : names.map((name) => `"${name}"`).join(", ");
