import { gunzipSync } from "node:zlib";
import { z } from "zod";

/** What a registration link asks for. */
export interface Asked {
  readonly scopes: readonly string[];
  readonly events: readonly string[];
  readonly callbacks: readonly string[];
}

export const NOTHING: Asked = { scopes: [], events: [], callbacks: [] };

const names = z.array(z.string().min(1)).default([]);
const addons = z.strictObject({
  preset: z.boolean().optional(),
  scopes: z.strictObject({ tenant: names, user: names }).partial().optional(),
  events: z.strictObject({ items: z.strictObject({ tenant: names, user: names }).partial() }).optional(),
  callbacks: z.strictObject({ items: names }).optional(),
});
/** A link holds a few kilobytes; what unpacks to more is none. */
const MAX_BYTES = 200_000;

/**
 * Reads `addons` of a registration link: JSON, gzip, base64url. Undefined when it has another form: the platform drops such a
 * payload as a whole.
 * @see larksuite/node-sdk, `registerApp`: "the confirm page silently discards the whole payload on any shape mismatch"
 */
export function decodeAddons(text: string): Asked | undefined {
  try {
    const json = gunzipSync(Buffer.from(text, "base64url"), { maxOutputLength: MAX_BYTES }).toString("utf8");
    const { scopes, events, callbacks } = addons.parse(JSON.parse(json));
    return { scopes: scopes?.tenant ?? [], events: events?.items.tenant ?? [], callbacks: callbacks?.items ?? [] };
  } catch {
    return undefined;
  }
}
