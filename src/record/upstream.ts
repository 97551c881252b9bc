/** Where the proxy passes calls on to. */
export interface Upstream {
  readonly name: "feishu" | "lark" | "other";
  /** Serves `/open-apis/*` and `/callback/*`: scheme, host and port. */
  readonly api: string;
  /** Serves `/oauth/*`. */
  readonly accounts: string;
}

/** An upstream that cannot be used; the message says what would do. */
export class UpstreamError extends Error {
  override readonly name = "UpstreamError";
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/u;

/**
 * `feishu`, `lark`, or an address.
 * @throws UpstreamError for anything else, and for plain http beyond this machine: app secrets would travel readable
 */
export function parseUpstream(text: string): Upstream {
  if (text === "feishu")
    return { name: "feishu", api: "https://open.feishu.cn", accounts: "https://accounts.feishu.cn" };
  if (text === "lark")
    return { name: "lark", api: "https://open.larksuite.com", accounts: "https://accounts.larksuite.com" };
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new UpstreamError(`the upstream is feishu, lark or an address such as https://open.feishu.cn, not "${text}"`);
  }
  if (url.protocol !== "https:" && url.protocol !== "http:")
    throw new UpstreamError(`the upstream speaks https, not ${url.protocol.slice(0, -1)}`);
  if (url.protocol === "http:" && !LOOPBACK.test(url.hostname))
    throw new UpstreamError(
      `${url.host} would get app secrets over plain http: use https, which only this machine needs not`,
    );
  if (url.username !== "" || url.password !== "") throw new UpstreamError("the upstream's address holds a password");
  if (url.pathname !== "/" || url.search !== "")
    throw new UpstreamError(`the upstream is scheme, host and port, without a path: ${url.origin}`);
  return { name: "other", api: url.origin, accounts: url.origin };
}
