import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What a browser fetches by itself when it shows a page. */
const FETCHED = [
  /<(?:script|img|iframe|source|video|audio)\b[^>]*\ssrc="([^"]+)"/gu,
  /<link\b(?=[^>]*rel="(?:stylesheet|preload|modulepreload|icon|preconnect|dns-prefetch)")[^>]*\shref="([^"]+)"/gu,
];

/**
 * What is wrong with a built site: something that it would fetch from another host, and a link to a page or a place on a page
 * that it does not have.
 */
export function problemsOf(site: string): string[] {
  const pages = new Map(
    globSync("**/*.html", { cwd: site }).map((path) => [path, readFileSync(join(site, path), "utf8")] as const),
  );
  const problems: string[] = [];
  for (const [path, html] of pages) {
    for (const pattern of FETCHED)
      for (const [, url = ""] of html.matchAll(pattern))
        if (/^(?:[a-z]+:)?\/\//u.test(url)) problems.push(`${path} fetches ${url}`);
    for (const [, href = ""] of html.matchAll(/<a\b[^>]*\shref="(\/[^"]*)"/gu)) {
      const [target = "", anchor] = href.split("#").map(decodeURIComponent);
      const file = `${target.slice(1)}${target.endsWith("/") ? "index.html" : ""}`;
      const page = pages.get(file) ?? pages.get(`${file}.html`);
      if (page === undefined && !existsSync(join(site, file)))
        problems.push(`${path} leads to ${href}, which is not there`);
      else if (anchor !== undefined && anchor !== "" && page?.includes(`id="${anchor}"`) === false)
        problems.push(`${path} leads to ${href}, where there is no #${anchor}`);
    }
  }
  for (const path of globSync("**/*.css", { cwd: site }))
    for (const [, url = ""] of readFileSync(join(site, path), "utf8").matchAll(/url\(["']?((?:https?:)?\/\/[^)"']+)/gu))
      problems.push(`${path} fetches ${url}`);
  return [...new Set(problems)];
}
