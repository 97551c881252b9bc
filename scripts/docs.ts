/**
 * Makes a site of the documents in `.docs/site`: `npm run docs`, and `npm run docs -- --serve` to look at it. The reference of
 * the API is made anew from the declarations each time and kept nowhere else: the repository holds what it is made from.
 *
 * VitePress and TypeDoc are installed from the lock file in `tools/docs` the first time. They are no dependencies of the
 * project: together they weigh 150 MB, nothing else needs them, and TypeDoc needs a TypeScript older than ours.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { problemsOf } from "./docs/check-site.ts";
import { entriesOf, writePages } from "./docs/pages.ts";

const root = join(import.meta.dirname, "..");
const tools = join(root, "tools/docs");
/** Below `tools/docs`, so that what VitePress makes of them finds Vue. */
const pages = join(tools, "generated/pages");
const entries = join(tools, "generated/entries");
const site = join(root, ".docs/site");

const run = (name: string, args: readonly string[]): void => {
  execFileSync(process.execPath, [join(tools, "node_modules", name), ...args], { cwd: tools, stdio: "inherit" });
};

function install(): void {
  const installed = join(tools, "node_modules/.package-lock.json");
  const wanted = readFileSync(join(tools, "package-lock.json"), "utf8");
  const stamp = join(tools, "node_modules/.installed-from.json");
  if (existsSync(installed) && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  console.error("installing VitePress and TypeDoc into tools/docs (once, 150 MB)");
  const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  execFileSync("npm", ["ci", ...options], { cwd: tools, stdio: "inherit" });
  writeFileSync(stamp, wanted);
}

/** An entry of its own for each of the package's, so that the pages are named as a user imports them. */
function writeEntries(): void {
  rmSync(entries, { recursive: true, force: true });
  for (const [name, source] of entriesOf(root)) {
    const file = join(entries, `${name}.ts`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `export * from "${relative(dirname(file), join(root, source))}";\n`);
  }
}

install();
writePages(root, pages);
writeEntries();
run("typedoc/bin/typedoc", []);
cpSync(join(pages, "api"), join(pages, "zh/api"), { recursive: true });
rmSync(site, { recursive: true, force: true });
run("vitepress/bin/vitepress.js", ["build"]);
const problems = problemsOf(site);
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log(`${relative(process.cwd(), site) || "."} holds the site; npm run docs -- --serve shows it`);
if (process.argv.includes("--serve")) run("vitepress/bin/vitepress.js", ["preview", "--host", "127.0.0.1"]);
