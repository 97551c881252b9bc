/**
 * Packs the package as it would be published and uses it as a stranger would: `npm run check:pack`.
 * Takes a minute and the registry, so it is not part of `npm test`.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const packageJson = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  version: string;
  exports: Record<string, unknown>;
};
const entries = Object.keys(packageJson.exports)
  .filter((name) => name !== "./package.json")
  .map((name) => `cardstream${name.slice(1)}`);

/** What a first user of the emulator would write. */
const EMULATOR_SCRIPT = `
import { startEmulator } from "cardstream/emulator";
const feishu = await startEmulator({ port: 0 });
const page = await fetch(feishu.pageUrl);
const asset = await fetch(new URL("page/app.js", feishu.pageUrl));
await feishu.close();
if (!page.ok || !asset.ok) throw new Error("the page is not served: " + page.status + " " + asset.status);
console.log("emulator and page: ok");
`;

/** Every entry loads, and none is empty. */
const ENTRIES_SCRIPT = `
for (const entry of ${JSON.stringify(entries)}) {
  const names = Object.keys(await import(entry));
  if (names.length === 0) throw new Error(entry + " exports nothing");
  console.log(entry + ": " + names.length + " names");
}
`;

const TYPES_SCRIPT = `${entries.map((entry, index) => `import * as m${index} from "${entry}";`).join("\n")}
export const all: unknown[] = [${entries.map((_, index) => `m${index}`).join(", ")}];
`;

const TSCONFIG = {
  compilerOptions: {
    target: "es2024",
    lib: ["es2024", "esnext.disposable", "dom", "dom.iterable", "dom.asynciterable"],
    module: "nodenext",
    types: ["node"],
    strict: true,
    noEmit: true,
    skipLibCheck: false,
  },
  files: ["types.ts"],
};

function step(title: string): void {
  console.log(`\n== ${title}`);
}

function run(command: string, args: readonly string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}

/** Errors of `tsc` that are in our declarations; those in other packages' are theirs. */
function typeErrors(cwd: string): string[] {
  try {
    run(join(root, "node_modules/.bin/tsc"), ["-p", "."], cwd);
    return [];
  } catch (error) {
    const output = String((error as { stdout?: unknown }).stdout);
    return output.split("\n").filter((line) => /^(?:node_modules\/cardstream\/|types\.ts|error)/u.test(line));
  }
}

const folder = mkdtempSync(join(tmpdir(), "cardstream-pack-"));
try {
  step("npm pack");
  run("npm", ["pack", "--silent", "--pack-destination", folder], root);
  const tarball = join(folder, `cardstream-${packageJson.version}.tgz`);

  step("publint");
  console.log(run(join(root, "node_modules/.bin/publint"), ["run", tarball, "--strict"], root));

  step("attw");
  console.log(run(join(root, "node_modules/.bin/attw"), [tarball, "--profile", "esm-only", "--format", "ascii"], root));

  step("install in an empty project");
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  run("npm", ["install", "--silent", "--no-audit", "--no-fund", tarball, "@types/node@24"], folder);
  const version = run(join(folder, "node_modules/.bin/cardstream"), ["--version"], folder).trim();
  if (version !== packageJson.version) throw new Error(`cardstream --version says ${version}`);
  console.log(`cardstream --version: ${version}`);

  writeFileSync(join(folder, "emulator.js"), EMULATOR_SCRIPT);
  writeFileSync(join(folder, "entries.js"), ENTRIES_SCRIPT);
  process.stdout.write(run(process.execPath, ["emulator.js"], folder));
  process.stdout.write(run(process.execPath, ["entries.js"], folder));
  const answer = run(join(folder, "node_modules/.bin/cardstream"), ["start", "--once", "你好"], folder);
  if (!/delivered (\d+)\/\1,/u.test(answer)) throw new Error(`start --once: ${answer}`);
  console.log(`start --once: ${answer.trim().split("\n").at(-1)}`);

  step("types of every entry");
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(TSCONFIG));
  writeFileSync(join(folder, "types.ts"), TYPES_SCRIPT);
  const errors = typeErrors(folder);
  if (errors.length > 0) throw new Error(`the declarations have errors:\n${errors.join("\n")}`);
  console.log("ok");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
