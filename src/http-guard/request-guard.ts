import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { hostName, isLoopbackAddress, isLoopbackHost } from "./loopback.ts";

/** Whom a server listens for. */
export interface RequestGuardOptions {
  /** The address that it listens on. */
  readonly listening: string;
  /** Names by which it is reached as well, without ports: of a proxy before it, of a container. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Takes any host name, where something else than the name keeps strangers out; pages stay refused. @defaultValue false */
  readonly anyHost?: boolean | undefined;
}

/** Why a request is refused, in words for whoever sent it. */
export interface Refused {
  readonly status: 403 | 421;
  readonly message: string;
}

/** Says why a request or an upgrade is refused; undefined when it may pass. */
export type RequestGuard = (request: Pick<IncomingMessage, "headers">) => Refused | undefined;

/**
 * Keeps other people's web pages out of a server on this machine. A browser lets any page send requests and open WebSockets to
 * loopback addresses, and a name of the page's own may point there (DNS rebinding); but it says truly which host it was told to ask
 * (`Host`) and which page asks (`Origin`, `Sec-Fetch-Site`). So the host has to be one of the server's own, and the page, where
 * there is one, the server's own page. Programs send neither `Origin` nor `Sec-Fetch-Site`.
 *
 * On a loopback address the own hosts are `localhost` and loopback addresses; on another address any IP address is, since a name is
 * what rebinding needs.
 */
export function createRequestGuard({
  listening,
  allowedHosts = [],
  anyHost = false,
}: RequestGuardOptions): RequestGuard {
  const onLoopback = isLoopbackHost(isIP(listening) === 6 ? `[${listening}]` : listening);
  const names = new Set([listening, ...allowedHosts].map((name) => name.toLowerCase()));
  const isOwn = (header: string | undefined): boolean => {
    const name = hostName(header);
    if (name === undefined) return false;
    if (isLoopbackHost(header) || names.has(name)) return true;
    return !onLoopback && isIP(name) !== 0 && !isLoopbackAddress(name);
  };
  return ({ headers }) => {
    const { host, origin } = headers;
    if (!anyHost && !isOwn(host)) return { status: 421, message: "this host name is not one of this server's" };
    const site = headers["sec-fetch-site"];
    // A link to the page from elsewhere may be followed: it acts on nothing.
    const isVisit =
      headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document" && origin === undefined;
    const isOther =
      (origin !== undefined && !isSameOrigin(origin, host)) || (site !== undefined && !OWN_SITES.has(site));
    if (isOther && !isVisit) return { status: 403, message: "requests of other web pages are not taken" };
    return undefined;
  };
}

/** The own page, or somebody who typed the address. */
const OWN_SITES: ReadonlySet<string> = new Set(["same-origin", "none"]);

/** Another port is another origin, also on this machine. */
function isSameOrigin(origin: string, host: string | undefined): boolean {
  const url = URL.parse(origin);
  // By the URL's rules, so that the scheme's own port and upper case make no difference.
  return (
    url !== null && /^https?:$/u.test(url.protocol) && url.host === URL.parse(`${url.protocol}//${host ?? ""}`)?.host
  );
}
