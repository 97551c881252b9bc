import { protocolOfPath } from "../../provider-wire/index.ts";
import type { ProtocolName } from "../../provider-wire/index.ts";

/** What a request asks for, as far as it shows. */
export interface Asked {
  readonly protocol: ProtocolName | undefined;
  readonly stream: boolean;
}

/** Reads from a request's path and body which protocol it speaks and whether it wants a stream. */
export function readRequest(input: string | URL | Request, init: RequestInit | undefined): Asked {
  const protocol = protocolOfPath(pathOf(input));
  // Gemini asks by its path, all others by a field of the body.
  return { protocol, stream: protocol === "gemini" || asksForStream(init?.body) };
}

function pathOf(input: string | URL | Request): string {
  const url = input instanceof Request ? input.url : String(input);
  try {
    return new URL(url).pathname;
  } catch {
    return url.replace(/[?#].*$/su, "");
  }
}

function asksForStream(body: unknown): boolean {
  if (typeof body !== "string" || !body.includes('"stream"')) return false;
  try {
    const json: unknown = JSON.parse(body);
    return typeof json === "object" && json !== null && (json as { stream?: unknown }).stream === true;
  } catch {
    return false;
  }
}
