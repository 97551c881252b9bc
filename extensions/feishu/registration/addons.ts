import { gzipSync } from "node:zlib";

/** What an app is to have: names of Feishu's scopes, events and callbacks. The person who confirms sees and may refuse them. */
export interface AppAddons {
  readonly scopes?: { readonly tenant?: readonly string[]; readonly user?: readonly string[] } | undefined;
  readonly events?:
    | { readonly items: { readonly tenant?: readonly string[]; readonly user?: readonly string[] } }
    | undefined;
  readonly callbacks?: { readonly items: readonly string[] } | undefined;
}

/**
 * Addons as the query of a registration link carries them: JSON, gzip, base64url without padding.
 * @see larksuite/node-sdk, `registerApp`
 */
export const encodeAddons = (addons: AppAddons): string => gzipSync(JSON.stringify(addons)).toString("base64url");
