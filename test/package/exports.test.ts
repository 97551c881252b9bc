import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "../..");

const packageJson = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  exports: Record<string, string | { types: string; default: string }>;
  engines: { node: string };
};
const build = JSON.parse(readFileSync(join(ROOT, "tsconfig.build.json"), "utf8")) as { files: string[] };

/** The source that an entry of "exports" is built from. */
function sourceOf(target: string): string {
  return target.replace(/^\.\/dist\//u, "").replace(/(?:\.d\.ts|\.js)$/u, ".ts");
}

/** Every module that importing `file` loads, as URLs, seen from a process that imports nothing else. */
async function modulesOf(file: string): Promise<string[]> {
  const program = `
    import { registerHooks } from "node:module";
    const seen = new Set();
    registerHooks({ load(url, context, next) { seen.add(url); return next(url, context); } });
    await import(${JSON.stringify(pathToFileURL(join(ROOT, file)).href)});
    console.log(JSON.stringify([...seen]));`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", program]);
  return JSON.parse(stdout) as string[];
}

describe("package entries", () => {
  const entries = Object.entries(packageJson.exports).flatMap(([name, target]) =>
    typeof target === "string" ? [] : [{ name, ...target }],
  );

  it.each(entries)("$name is built from a source, with types of the same", ({ types, default: code }) => {
    expect(sourceOf(types)).toBe(sourceOf(code));
    expect(build.files).toContain(sourceOf(code));
    expect(existsSync(join(ROOT, sourceOf(code)))).toBe(true);
  });

  it("[D10] the emulator loads neither bot code nor the Feishu SDK: any bot in any language is its equal", async () => {
    const loaded = await modulesOf("src/emulator/index.ts");
    const own = loaded.filter((url) => url.startsWith(pathToFileURL(ROOT).href) && !url.includes("/node_modules/"));
    const folders = new Set(own.map((url) => relative(ROOT, new URL(url).pathname).split("/").slice(0, 2).join("/")));
    expect([...folders].toSorted()).toEqual(
      ["src/emulator", "src/http-guard", "src/log", "src/runtime", "src/time"].filter((name) => folders.has(name)),
    );
    expect(folders).toContain("src/emulator");
    expect(
      loaded.filter((url) => /node_modules\/(?:@larksuiteoapi|@ai-sdk|ai|@modelcontextprotocol)\//u.test(url)),
    ).toEqual([]);
  });

  it("models load without the Feishu SDK, and no model vendor's package before one is used", async () => {
    const loaded = await modulesOf("src/llm/index.ts");
    expect(loaded.filter((url) => /\/extensions\/|node_modules\/(?:@larksuiteoapi|@ai-sdk|ai)\//u.test(url))).toEqual(
      [],
    );
  });

  it("engines and bin/cardstream.js name the same Node", () => {
    const [, major, minor] =
      /NEEDED = \[(\d+), (\d+)\]/u.exec(readFileSync(join(ROOT, "bin/cardstream.js"), "utf8")) ?? [];
    expect(packageJson.engines.node).toBe(`>=${major}.${minor}`);
  });
});
