import { Buffer } from "node:buffer";

/** Feishu's limit of a file's name. @see im-v1/file/create, `file_name` */
const MAX_NAME = 255;

/**
 * A file's name as it may be sent: without folders and what no name may have, at most 255 characters with its ending kept.
 * @param name as a program, a path or a URL has it
 */
export function toFileName(name: string): string {
  const last = decode(name)
    .replaceAll(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu, "")
    .split(/[/\\]/u)
    .at(-1)
    ?.trim();
  const plain = last === undefined || last === "" || last === "." || last === ".." ? "file" : last;
  if (plain.length <= MAX_NAME) return plain;
  const ending = /\.[^.]{1,16}$/u.exec(plain)?.[0] ?? "";
  return `${plain.slice(0, MAX_NAME - ending.length).replace(/[\uD800-\uDBFF]$/u, "")}${ending}`;
}

/**
 * The name in a Content-Disposition header as `fetch` gives it. The encoded form (RFC 6266, `filename*`) wins over the plain one, which
 * holds the name's bytes one by one: UTF-8 mostly, also percent-encoded or as an encoded word of e-mail (RFC 2047).
 */
export function fileNameOf(disposition: string | null): string | undefined {
  if (disposition === null) return undefined;
  const encoded = /(?:^|[;\s])filename\*\s*=\s*"?(?:UTF-8|)'[^']*'([^;"]+)/iu.exec(disposition)?.[1]?.trim();
  if (encoded !== undefined) return toFileName(encoded);
  const match = /(?:^|[;\s])filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]+))/iu.exec(disposition);
  const plain = match?.[1]?.replaceAll(/\\(.)/gu, "$1") ?? match?.[2]?.trim();
  return plain === undefined || plain === "" ? undefined : toFileName(fromEncodedWord(fromBytes(plain)));
}

/** Header bytes reach us as one character each; where together they are UTF-8, that is what was meant. */
function fromBytes(text: string): string {
  if (!/^[\0-\u00FF]*$/u.test(text) || !/[\u0080-\u00FF]/u.test(text)) return text;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(text, "latin1"));
  } catch {
    return text;
  }
}

function fromEncodedWord(text: string): string {
  const word = /^=\?utf-8\?([bq])\?(.*)\?=$/iu.exec(text);
  if (word === null) return text;
  const [, kind = "", content = ""] = word;
  if (kind.toLowerCase() === "b") return Buffer.from(content, "base64").toString("utf8");
  const bytes = content
    .replaceAll("_", " ")
    .replaceAll(/=([\dA-F]{2})/giu, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}

/** Percent signs that make sense as UTF-8 are taken for an encoding; others stay. */
function decode(name: string): string {
  if (!/%[\dA-F]{2}/iu.test(name)) return name;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
