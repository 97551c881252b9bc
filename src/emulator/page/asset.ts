import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** One file of the web page as it goes over the wire. */
export interface PageAsset {
  body: Uint8Array<ArrayBuffer>;
  contentType: string;
  /** Response headers besides the content type: policy, caching, content sniffing. */
  headers: Readonly<Record<string, string>>;
}

/**
 * Headers of every page response. The policy lets the page load from its own origin only, and `require-trusted-types-for`
 * makes the browser refuse any assignment of a string to `innerHTML`: what a bot writes can never become markup.
 */
const pageHeaders: Readonly<Record<string, string>> = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; "),
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-cache",
};

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

/** Names a page file may have. No dot but the one before the extension, so no path can climb out of the folder. */
const ASSET_PATH = /^\/page\/((?:[a-z0-9-]+\/)*[a-z0-9-]+\.(html|js|css|svg))$/u;

const assets = new URL("./assets/", import.meta.url);

function fileOf(path: string): { file: string; extension: string } | undefined {
  if (path === "/") return { file: fileURLToPath(new URL("index.html", assets)), extension: "html" };
  // The Markdown parser and the highlighter come as self-contained modules from packages of their own.
  if (path === "/page/vendor/markdown-it.js")
    return { file: fileURLToPath(import.meta.resolve("markdown-it/browser")), extension: "js" };
  if (path === "/page/vendor/highlight.js") {
    const url = import.meta.resolve("@highlightjs/cdn-assets/es/highlight.min.js");
    return { file: fileURLToPath(url), extension: "js" };
  }
  const match = ASSET_PATH.exec(path);
  const [, name, extension] = match ?? [];
  if (name === undefined || extension === undefined) return undefined;
  return { file: fileURLToPath(new URL(name, assets)), extension };
}

/**
 * Reads a file of the web page.
 *
 * @param path the URL path without a query: `/` or `/page/…`
 * @returns `undefined` when the page has no such file
 */
export async function readPageAsset(path: string): Promise<PageAsset | undefined> {
  const found = fileOf(path);
  if (found === undefined) return undefined;
  try {
    const body = new Uint8Array(await readFile(found.file));
    return { body, contentType: CONTENT_TYPES[found.extension] ?? "application/octet-stream", headers: pageHeaders };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
