import { isIP } from "node:net";

/**
 * The name in a `Host` header, lower case and without port and brackets; undefined when the header is missing or is no host at all (two
 * of them, a user in front, a path).
 */
export function hostName(header: string | undefined): string | undefined {
  const match = /^(?:\[(?<v6>[\da-f:.]+)\]|(?<name>[a-z\d](?:[a-z\d._-]*[a-z\d])?)\.?)(?::\d{1,5})?$/iu.exec(
    header ?? "",
  );
  return (match?.groups?.["v6"] ?? match?.groups?.["name"])?.toLowerCase();
}

/** Whether a `Host` header names this machine. A name that a stranger made point here (DNS rebinding) does not. */
export function isLoopbackHost(header: string | undefined): boolean {
  const name = hostName(header);
  return name !== undefined && (name === "localhost" || name.endsWith(".localhost") || isLoopbackAddress(name));
}

/** Whether an IP address, as a socket or a header gives it, is this machine's own: 127.0.0.0/8, `::1`, and the first as IPv6. */
export function isLoopbackAddress(address: string): boolean {
  const bare = address.toLowerCase().replace(/^::ffff:(?=\d+\.)/u, "");
  if (isIP(bare) === 4) return bare.startsWith("127.");
  return isIP(bare) === 6 && new URL(`http://[${bare}]`).hostname === "[::1]";
}
