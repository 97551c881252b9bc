import { basename } from "node:path";

/** Pages of the repository that the site has besides `docs/`. */
const PROJECT_PAGES: readonly string[] = [
  "ARCHITECTURE.md",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "SKILL.md",
  "extensions/feishu/delivery/SPEC.md",
];

/** Whether a file of the repository is a page of the site, not only shown as a file. */
export function isPage(path: string): boolean {
  return PROJECT_PAGES.includes(path) || /^docs\/(?:en|zh|decisions)\/.*\.md$/u.test(path);
}

export type Language = "en" | "zh";

/** The language that a page is in, or undefined for what is the same in both: code, and pages for who changes it. */
export function languageOf(path: string): Language | undefined {
  return /^docs\/(en|zh)\//u.exec(path)?.[1] as Language | undefined; // the pattern has no other
}

/**
 * Where the site has a file of the repository, from the site's root and without an ending: `docs/zh/how-to/pipe.md` is at
 * `zh/how-to/pipe`, English pages have no folder of their own, and `src/cli/program.ts` is at `files/src/cli/program_ts`. What
 * has no language is there once below each, so that whoever reads Chinese keeps the Chinese site around it.
 */
export function routeOf(path: string, reading: Language): string {
  const below = (languageOf(path) ?? reading) === "zh" ? "zh/" : "";
  if (!isPage(path)) return `${below}files/${path.replaceAll(".", "_")}`;
  if (PROJECT_PAGES.includes(path)) return `${below}project/${basename(path, ".md").toLowerCase()}`;
  const inside = path.replace(/^docs\/(?:(?:en|zh)\/)?/u, "").replace(/\.md$/u, "");
  return `${below}${inside.replace(/(^|\/)README$/u, "$1index")}`;
}
