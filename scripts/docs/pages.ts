import { cpSync, globSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { toSiteLinks } from "./links.ts";
import { isPage, languageOf, routeOf } from "./routes.ts";

/** Endings of files whose language is coloured. */
const HIGHLIGHTED = new Set([".ts", ".js", ".json", ".py", ".php", ".css", ".yaml", ".yml"]);

/** Names of entries as the package exports them, and the sources they come from: `feishu/send`, `extensions/feishu/send.ts`. */
export function entriesOf(root: string): ReadonlyMap<string, string> {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    exports: Readonly<Record<string, string | { readonly default: string }>>;
  };
  const entries = new Map<string, string>();
  for (const [name, target] of Object.entries(exports)) {
    if (typeof target === "string" || name === ".") continue; // `.` is the same as `./feishu`
    entries.set(name.slice(2), target.default.replace(/^\.\/dist\//u, "").replace(/\.js$/u, ".ts"));
  }
  return entries;
}

/** Writes what the site is made of to `into`: the pages with the site's links, the files that they lead to, the pictures. */
export function writePages(root: string, into: string): void {
  rmSync(into, { recursive: true, force: true });
  const pages = globSync(["*.md", "docs/**/*.md", "extensions/feishu/delivery/*.md"], { cwd: root }).filter(isPage);
  for (const reading of ["en", "zh"] as const) {
    const shown = new Set<string>();
    for (const path of pages) {
      if ((languageOf(path) ?? reading) !== reading) continue;
      const { text, targets } = toSiteLinks(path, readFileSync(join(root, path), "utf8"), reading);
      write(join(into, `${routeOf(path, reading)}.md`), text);
      for (const target of targets) if (!isPage(target)) shown.add(target);
    }
    for (const path of shown) write(join(into, `${routeOf(path, reading)}.md`), fileAsPage(root, path));
  }
  cpSync(join(root, "docs/images"), join(into, "public/images"), { recursive: true });
}

/** A file or folder of the repository as a page: the site has no other place to lead to. */
function fileAsPage(root: string, path: string): string {
  const head = `---\nsearch: false\naside: false\neditLink: false\n---\n\n# \`${path}\`\n\n`;
  if (statSync(join(root, path)).isDirectory()) {
    const names = readdirSync(join(root, path)).toSorted();
    return `${head}${names.map((name) => `- \`${name}\``).join("\n")}\n`;
  }
  const text = readFileSync(join(root, path), "utf8");
  const fence = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/gu)].map(([run]) => run.length + 1)));
  return `${head}${fence}${HIGHLIGHTED.has(extname(path)) ? extname(path).slice(1) : "text"}\n${text.trimEnd()}\n${fence}\n`;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
