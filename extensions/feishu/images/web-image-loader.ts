import { lookup as dnsLookup } from "node:dns";
import type { LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import { isIP } from "node:net";
import { Agent, fetch } from "undici";
import type { Response } from "undici";
import type { LoadedImage, LoadImage } from "./load-image.ts";
import { ImageError } from "./load-image.ts";
import { isPublicAddress } from "./public-address.ts";

const CONNECT_MS = 10_000;
const MAX_REDIRECTS = 3;

export interface WebImageLoaderOptions {
  /** Which addresses may be fetched; asked for each hop of a redirect. @defaultValue all */
  readonly isAllowedUrl?: ((url: URL) => boolean) | undefined;
  /** Which IP addresses may be connected to. @defaultValue those of the public internet */
  readonly isAllowedAddress?: ((address: string) => boolean) | undefined;
  /** Finds a name's addresses. @defaultValue the system's */
  readonly lookup?: FindAddresses | undefined;
}

/** Finds all addresses of a name. */
type FindAddresses = (hostname: string, done: (error: Error | null, found: readonly LookupAddress[]) => void) => void;

/** Fetches images from the web. */
export interface WebImageLoader {
  readonly load: LoadImage;
  /** Cuts its connections off. */
  close(): Promise<void>;
}

/**
 * A loader that reaches the public internet and nothing else, for the addresses come from a model and through it from anybody: every
 * address of every hop is checked as it is connected to, so that no name can lead elsewhere between a check and the connection. It
 * connects directly, whatever proxy the environment names, and sends neither cookies nor a referrer.
 */
export function createWebImageLoader(options: WebImageLoaderOptions = {}): WebImageLoader {
  const { isAllowedAddress = isPublicAddress, isAllowedUrl = () => true, lookup = systemLookup } = options;
  const agent = new Agent({ connect: { timeout: CONNECT_MS, lookup: guarded(lookup, isAllowedAddress) } });
  return {
    async load(address, { signal, maxBytes }) {
      let url = new URL(address);
      for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
        checkUrl(url, isAllowedAddress);
        if (!isAllowedUrl(url)) throw new ImageError("the operator does not name this host");
        const response = await fetch(url, {
          dispatcher: agent,
          redirect: "manual",
          signal,
          headers: { accept: "image/png,image/jpeg,image/gif,image/webp,image/*;q=0.5" },
        });
        const location = response.status >= 300 && response.status < 400 ? response.headers.get("location") : null;
        if (location === null) return await read(response, maxBytes);
        await response.body?.cancel();
        url = new URL(location, url);
      }
      throw new ImageError("too many redirects");
    },
    close: () => agent.destroy(),
  };
}

/** Names are checked when they are looked up; an address that stands in the URL is never looked up. */
function checkUrl(url: URL, isAllowedAddress: (address: string) => boolean): void {
  if (url.protocol !== "https:" && url.protocol !== "http:") throw new ImageError("neither http nor https");
  const host = url.hostname.replace(/^\[|\]$/gu, "");
  if (isIP(host) !== 0 && !isAllowedAddress(host)) throw new ImageError("the address is not public");
}

async function read(response: Response, maxBytes: number): Promise<LoadedImage> {
  const { body, headers } = response;
  const tooLarge = Number(headers.get("content-length") ?? 0) > maxBytes;
  if (!response.ok || body === null || tooLarge) {
    await body?.cancel();
    throw new ImageError(tooLarge ? `more than ${maxBytes} bytes` : `answered with status ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    // Leaving the loop cancels the body.
    if (size > maxBytes) throw new ImageError(`more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return { data: new Uint8Array(Buffer.concat(chunks)), contentType: headers.get("content-type") ?? undefined };
}

/** Hands out only addresses that may be connected to. */
function guarded(lookup: FindAddresses, isAllowedAddress: (address: string) => boolean): LookupFunction {
  return (hostname, { all }, callback) =>
    lookup(hostname, (error, found) => {
      const allowed = found.filter(({ address }) => isAllowedAddress(address));
      const [first] = allowed;
      if (error !== null) callback(error, []);
      else if (first === undefined) callback(new ImageError("the address is not public"), []);
      else if (all === true) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
}

const systemLookup: FindAddresses = (hostname, done) =>
  dnsLookup(hostname, { all: true }, (error, found) => done(error, error === null ? found : []));
