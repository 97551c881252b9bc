import { globSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const IMPORT = /\bfrom\s*"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)|^import\s*"([^"]+)"|\brequire\.resolve\(\s*"([^"]+)"/gmu;

/** What a source imports at run time, as written; not what Node brings. */
function importsOf(source: string): string[] {
  const code = source.replaceAll(/^\s*(?:\*|\/\/).*$/gmu, "").replaceAll(/^(?:import|export) type [^;]*;$/gmu, "");
  return [...code.matchAll(IMPORT)]
    .map((match) => match[1] ?? match[2] ?? match[3] ?? match[4] ?? "")
    .filter((name) => /^(?:@?[a-z]|\.)/u.test(name) && !name.startsWith("node:") && !builtinModules.includes(name));
}

/** The packages that a source imports, by name. */
function packagesOf(source: string): string[] {
  return importsOf(source)
    .filter((name) => !name.startsWith("."))
    .map((name) =>
      name
        .split("/")
        .slice(0, name.startsWith("@") ? 2 : 1)
        .join("/"),
    );
}

/** The packages that these files import, and the files that they import, and so on. */
function loadedBy(entries: readonly string[]): Set<string> {
  const files = new Set(entries);
  const packages = new Set<string>();
  for (const file of files) {
    const source = readFileSync(join(ROOT, file), "utf8");
    for (const name of packagesOf(source)) packages.add(name);
    for (const name of importsOf(source)) if (name.startsWith(".")) files.add(join(dirname(file), name));
  }
  return packages;
}

function importedBy(patterns: readonly string[]): Set<string> {
  const files = globSync(patterns, { cwd: ROOT, exclude: (name) => name === "dist" || name === "node_modules" });
  expect(files.length).toBeGreaterThan(0);
  return new Set(files.flatMap((file) => packagesOf(readFileSync(join(ROOT, file), "utf8"))));
}

function declaredIn(folder: string): string[] {
  const read = JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8")) as Record<
    string,
    object | undefined
  >;
  return [...Object.keys(read["dependencies"] ?? {}), ...Object.keys(read["peerDependencies"] ?? {})];
}

describe("declared dependencies", () => {
  it("[B21] of cardstream cover whatever its sources and the channel import", () => {
    const imported = importedBy([
      "src/**/*.ts",
      "extensions/feishu/*.ts",
      "extensions/feishu/{card,client,delivery,inbound,send,tools}/**/*.ts",
    ]);
    expect(imported).toContain("@larksuiteoapi/node-sdk");
    expect([...imported].filter((name) => !declaredIn(".").includes(name))).toEqual([]);
  });

  it("[B21] of the extension cover whatever its entries load, in its own files and in the core that is built into it", () => {
    const imported = loadedBy(["extensions/feishu/openclaw/index.ts", "extensions/feishu/openclaw/setup-entry.ts"]);
    expect(imported).toContain("openclaw");
    expect(imported).toContain("@larksuiteoapi/node-sdk");
    expect([...imported].filter((name) => !declaredIn("extensions/feishu").includes(name))).toEqual([]);
  });

  it("are looked for in every form of import", () => {
    const source = [
      'import { a } from "one/sub";',
      'export { b } from "@two/x/y";',
      'await import("three");',
      'import "four";',
      'require.resolve("five/package.json");',
      'import fs from "node:fs"; import path from "path"; import { x } from "./six.ts";',
      ' * import { z } from "seven";',
      'import type { T } from "eight";',
    ].join("\n");
    expect(packagesOf(source)).toEqual(["one", "@two/x", "three", "four", "five"]);
  });
});
