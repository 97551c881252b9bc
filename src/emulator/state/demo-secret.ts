import { isLoopbackAddress, isLoopbackHost } from "../../http-guard/index.ts";
import type { ApiRequest } from "../api/request.ts";
import { DEFAULT_APP } from "./seed.ts";
import type { App } from "../store/apps.ts";

/**
 * Whether the demo app's secret, which everybody can read in this repository, is used by somebody who is not on this machine or does
 * not ask by one of its own names.
 */
export function isDemoFromAfar({ appSecret }: Pick<App, "appSecret">, { ip, origin, direct }: ApiRequest): boolean {
  if (appSecret !== DEFAULT_APP.appSecret || direct === true) return false;
  return !isLoopbackAddress(ip) || !isLoopbackHost(origin.replace(/^https?:\/\//u, ""));
}
