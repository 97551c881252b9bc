import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import type { Captured } from "./exchange.ts";

/** More than this is not unpacked: a small body may unpack to anything. */
const MAX_UNPACKED = 20 * 1024 * 1024;

/** What a body says. */
export type ReadBody =
  | { readonly kind: "json"; readonly json: unknown }
  | { readonly kind: "form"; readonly form: FormPart[] }
  | { readonly kind: "none" }
  | { readonly kind: "left"; readonly left: "binary" | "large" | "unreadable" };

/** A field of a form. */
export interface FormPart {
  readonly name: string;
  /** Of a text field. */
  readonly value?: string;
  /** Of a file. */
  readonly fileBytes?: number;
}

function unpack(data: Buffer, encoding: string): Buffer | undefined {
  const options = { maxOutputLength: MAX_UNPACKED };
  try {
    if (encoding === "" || encoding === "identity") return data;
    if (encoding === "gzip" || encoding === "x-gzip") return gunzipSync(data, options);
    if (encoding === "deflate") return inflateSync(data, options);
    if (encoding === "br") return brotliDecompressSync(data, options);
  } catch {
    // Broken or too large: it passed on as it was, and is not read here.
  }
  return undefined;
}

/** Reads a body by its headers. Never throws. */
export async function readBody(captured: Captured, headers: Headers): Promise<ReadBody> {
  if (captured.bytes === 0) return { kind: "none" };
  if (captured.data === undefined) return { kind: "left", left: "large" };
  const data = unpack(captured.data, (headers.get("content-encoding") ?? "").trim().toLowerCase());
  if (data === undefined) return { kind: "left", left: "unreadable" };
  const type = (headers.get("content-type") ?? "").toLowerCase();
  if (type.startsWith("multipart/") || type.startsWith("application/x-www-form-urlencoded"))
    return readForm(data, headers.get("content-type") ?? "");
  if (type !== "" && !/json|text|javascript/u.test(type)) return { kind: "left", left: "binary" };
  try {
    return { kind: "json", json: JSON.parse(data.toString("utf8")) };
  } catch {
    return { kind: "left", left: /json/u.test(type) ? "unreadable" : "binary" };
  }
}

async function readForm(data: Buffer, contentType: string): Promise<ReadBody> {
  try {
    // A copy: the standard Response takes no view of a pooled buffer.
    const form = await new Response(new Uint8Array(data), { headers: { "content-type": contentType } }).formData();
    const parts = [...form].map(([name, value]): FormPart =>
      typeof value === "string" ? { name, value } : { name, fileBytes: value.size },
    );
    return { kind: "form", form: parts };
  } catch {
    return { kind: "left", left: "unreadable" };
  }
}
