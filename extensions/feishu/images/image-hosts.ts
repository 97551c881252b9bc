/** A host that pictures may come from, as an operator writes it. */
interface HostPattern {
  /** Lower case, in the form that a URL gives it (punycode, no brackets gone, no dot at the end). */
  readonly hostname: string;
  /** Whether names below it are meant, and not the name itself. */
  readonly below: boolean;
  /** Empty: the scheme's own. */
  readonly port: string;
}

/**
 * Reads one entry of `images.hosts`: `pictures.example`, `*.example.com` for the names below it, `pictures.example:8443` for another
 * port. Undefined when it is none of these; `*` alone is not, for that is what `upload` is called.
 */
export function readHostPattern(entry: string): HostPattern | undefined {
  const below = entry.startsWith("*.");
  const text = below ? entry.slice(2) : entry;
  // A scheme, a path, a query, a user or a second star would be dropped or escaped without a word.
  if (!/^(?:\[[\da-f:.]+\]|[^\s/\\?#@*:[\]%]+)(?::\d{1,5})?$/iu.test(text)) return undefined;
  const url = URL.parse(`http://${text}`);
  if (url === null || url.hostname === "") return undefined;
  const port = /:(?<port>\d+)$/u.exec(text.replace(/^\[[^\]]*\]/u, ""))?.groups?.["port"] ?? "";
  return { hostname: bare(url.hostname), below, port: port === "" ? "" : String(Number(port)) };
}

/** Whether the pictures of `url` may be fetched: one of `hosts` names its host and port. */
export function createHostFilter(hosts: readonly string[]): (url: URL) => boolean {
  const patterns = hosts.map((entry) => {
    const pattern = readHostPattern(entry);
    if (pattern === undefined)
      throw new TypeError(
        `images.hosts: ${JSON.stringify(entry)} is no host; write a name, *.name or name:port, without https:// and path`,
      );
    return pattern;
  });
  return (url) => patterns.some((pattern) => matches(pattern, url));
}

function matches({ hostname, below, port }: HostPattern, url: URL): boolean {
  const host = bare(url.hostname);
  const isHost = below ? host.endsWith(`.${hostname}`) : host === hostname;
  const own = url.protocol === "https:" ? "443" : "80";
  return isHost && (url.port || own) === (port || own);
}

const bare = (hostname: string): string => hostname.toLowerCase().replace(/\.$/u, "");
