import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parseStreamFile } from "../../../src/provider-wire/index.ts";
import type { StreamFile, WirePart } from "../../../src/provider-wire/index.ts";

const FOLDER = join(import.meta.dirname, "../../provider-wire/streams");

/** A stream of the library, ready to be sent. */
export interface StreamCase extends StreamFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Every stream of the library, by name. A new file is a new test. */
export function readStreamFiles(): StreamCase[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".txt"))
    .sort()
    .map((file) => {
      const parsed = parseStreamFile(readFileSync(join(FOLDER, file), "utf8"));
      return { ...parsed, name: file.slice(0, -".txt".length), bytes: toBytes(parsed) };
    });
}

function toBytes({ body, transform }: StreamFile): Uint8Array<ArrayBuffer> {
  if (transform === "crlf") return new TextEncoder().encode(body.replaceAll("\n", "\r\n"));
  if (transform === "cr") return new TextEncoder().encode(body.replaceAll("\n", "\r"));
  if (transform === "bom") return new TextEncoder().encode(`\uFEFF${body}`);
  if (transform === "gzip") return Uint8Array.from(gzipSync(body));
  if (transform !== undefined) throw new TypeError(`no such transform: ${transform}`);
  return new TextEncoder().encode(body);
}

/** What came of a stream, the same for every client that reads it. */
export interface Heard {
  readonly text: string;
  readonly reasoning: string;
  readonly tools: readonly { readonly name: string; readonly args: string }[];
  /** A kind of ending, or `error` and a code. */
  readonly ending: string;
  readonly reason: string | undefined;
  readonly usage: { readonly input: number; readonly output: number } | undefined;
}

/** Parts of the reading, put together. */
export function hear(parts: readonly WirePart[]): Heard {
  const joined = (type: "text" | "reasoning"): string =>
    parts.map((part) => (part.type === type ? part.text : "")).join("");
  const last = parts.at(-1);
  const usage = parts.find((part) => part.type === "usage")?.usage;
  return {
    text: joined("text"),
    reasoning: joined("reasoning"),
    tools: parts.flatMap((part) => (part.type === "tool-end" ? [{ name: part.name, args: part.args }] : [])),
    ending: last?.type === "end" ? last.ending.kind : last?.type === "error" ? `error ${last.error.code}` : "none",
    reason: last?.type === "end" ? last.ending.reason : last?.type === "error" ? last.error.complaint?.type : undefined,
    usage: usage === undefined ? undefined : { input: usage.inputTokens ?? -1, output: usage.outputTokens ?? -1 },
  };
}

/** What the file says must be heard; what it does not tell is taken from `heard`. */
export function expected(file: StreamCase, heard: Heard): Heard {
  const { text, reasoning, tools, ending, reason = heard.reason, usage = heard.usage } = file;
  return { text, reasoning, tools, ending, reason, usage };
}

/** Ways to cut bytes: whole, byte by byte, at places that look random and are the same every time. */
export const CUTS = ["whole", "byte by byte", "at random"] as const;

/** `bytes` in the pieces of one of the {@link CUTS}. */
function cut(bytes: Uint8Array, how: (typeof CUTS)[number]): Uint8Array[] {
  if (how === "whole") return [bytes];
  const pieces: Uint8Array[] = [];
  let seed = bytes.length;
  for (let at = 0; at < bytes.length;) {
    // A linear congruential generator (Numerical Recipes).
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    const size = how === "byte by byte" ? 1 : 1 + ((seed >>> 16) % 23);
    pieces.push(bytes.slice(at, at + size));
    at += size;
  }
  return pieces;
}

/** The pieces as a source. */
export async function* pieces(bytes: Uint8Array, how: (typeof CUTS)[number]): AsyncGenerator<Uint8Array> {
  yield* cut(bytes, how);
}
