import { dirname, join, normalize } from "node:path";
import { languageOf, routeOf } from "./routes.ts";
import type { Language } from "./routes.ts";

/** A page whose links are the site's, and the files of the repository that it leads to. */
export interface LinkedPage {
  readonly text: string;
  /** Relative to the repository. */
  readonly targets: ReadonlySet<string>;
}

/**
 * Turns the relative links of a page, which work in the repository, into those of the site. Code is left alone.
 * @param path of the page, relative to the repository
 * @param reading the language of the site around it
 */
export function toSiteLinks(path: string, text: string, reading: Language): LinkedPage {
  const targets = new Set<string>();
  const toSite = (target: string): string => {
    if (/^(?:[a-z]+:|#|\/)/u.test(target)) return target;
    const [file = "", anchor] = target.split("#");
    const found = normalize(join(dirname(path), decodeURIComponent(file))).replace(/\/$/u, "");
    const end = anchor === undefined ? "" : `#${anchor}`;
    if (found.startsWith("docs/images/")) return found.replace("docs/", "/");
    const home = found === "docs/README.md" || found === "README.md" ? "docs/en/README.md" : found;
    const shown = languageOf(path) === undefined ? home.replace(/^docs\/en\//u, `docs/${reading}/`) : home;
    targets.add(shown);
    return `/${routeOf(shown, reading).replace(/(^|\/)index$/u, "$1")}${end}`;
  };
  let fence: string | undefined;
  const lines = text.split("\n").map((line) => {
    const mark = /^ *(`{3,}|~{3,})(.*)$/u.exec(line);
    if (mark?.[1] !== undefined) {
      if (fence === undefined) [, fence] = mark;
      else if (mark[1].startsWith(fence) && mark[2]?.trim() === "") fence = undefined;
      return line;
    }
    return fence === undefined ? outsideCode(line, (prose) => rewrite(prose, toSite)) : line;
  });
  return { text: lines.join("\n"), targets };
}

/** Applies `change` to the parts of a line that are in no code span; a link around code is one part. */
function outsideCode(line: string, change: (prose: string) => string): string {
  const spans: string[] = [];
  const prose = line.replaceAll(/(`+)(?!`).*?(?<!`)\1(?!`)/gu, (span) => `\0${spans.push(span) - 1}\0`);
  // oxlint-disable-next-line no-control-regex -- NUL stands for what was taken out, and is in no text
  return change(prose).replaceAll(/\0(\d+)\0/gu, (_, index: string) => spans[Number(index)] ?? "");
}

function rewrite(prose: string, toSite: (target: string) => string): string {
  return prose
    .replaceAll(/(\]\(<?)([^)\s>]+)(>?(?: "[^"]*")?\))/gu, (_, open: string, target: string, close: string) => {
      return `${open}${toSite(target)}${close}`;
    })
    .replaceAll(/( (?:src|href)=")([^"]+)(")/gu, (_, open: string, target: string, close: string) => {
      return `${open}${toSite(target)}${close}`;
    });
}
