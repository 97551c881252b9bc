import ipaddr from "ipaddr.js";

/**
 * Whether an IP address belongs to the public internet. Private, loopback, link-local, multicast, documentation and reserved ranges do
 * not; nor do ranges that lead back into IPv4 (6to4, Teredo, NAT64). An IPv4 address written as IPv6 counts as what it is.
 */
export function isPublicAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === "unicast";
}
