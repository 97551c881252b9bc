import ipaddr from "ipaddr.js";

/** Ranges inside the global space that lead elsewhere, or to a machine's own services. */
const SPECIAL: readonly [ipaddr.IPv4 | ipaddr.IPv6, number][] = [
  // Azure's platform services, reachable from its virtual machines alone.
  "168.63.129.16/32",
  // 6to4 relays, AMT, AS112.
  "192.88.99.0/24",
  "192.52.193.0/24",
  "192.31.196.0/24",
  "192.175.48.0/24",
  // IETF protocols with Teredo, ORCHID and benchmarking; documentation; 6to4.
  "2001::/23",
  "2001:db8::/32",
  "2002::/16",
  "3fff::/20",
].map((range) => ipaddr.parseCIDR(range));

/** All of IPv6 that is handed out for use on the internet; everything else maps, translates or stays local. */
const GLOBAL_IPV6: [ipaddr.IPv6, number] = ipaddr.IPv6.parseCIDR("2000::/3");

/**
 * Whether an IP address belongs to the public internet. Private, loopback, link-local, multicast, documentation and reserved ranges do
 * not; nor do ranges that lead back into IPv4 (6to4, Teredo, NAT64, IPv4-compatible), nor addresses at which a cloud serves its own
 * machines. An IPv4 address mapped into IPv6 counts as what it is.
 * @see IANA IPv4 and IPv6 Special-Purpose Address Registries
 */
export function isPublicAddress(address: string): boolean {
  // `::1.2.3.4` is an IPv6 address of its own, which the library takes for the IPv4 one.
  if (!ipaddr.isValid(address) || /^(?!::ffff:[\d.]+$).*:.*\./iu.test(address)) return false;
  const ip = ipaddr.process(address);
  if (ip.range() !== "unicast") return false;
  if (ip instanceof ipaddr.IPv6 && !ip.match(GLOBAL_IPV6)) return false;
  return !SPECIAL.some(([range, bits]) => range.kind() === ip.kind() && ip.match(range, bits));
}
