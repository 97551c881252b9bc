import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { setupFields } from "../../extensions/feishu/openclaw/setup/fields.ts";

const packageDir = join(import.meta.dirname, "..", "..", "extensions", "feishu");
const manifest = JSON.parse(readFileSync(join(packageDir, "package.json"), "utf8")) as {
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
  openclaw: { extensions: string[]; runtimeExtensions: string[]; setupEntry: string; runtimeSetupEntry: string } & {
    channel: { setup: { fields: unknown } };
  };
};
const VALUE_IMPORT =
  /(?:^|\n)\s*(?:import|export)\s(?!type\b)[^;'"]*?from\s*["']([^"']+)["']|(?:^|\n)import\s*["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)/gu;

/** Every file that the entry points load, and the packages that these import. */
function loaded(): { files: Set<string>; packages: Set<string> } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    for (const match of readFileSync(file, "utf8").matchAll(VALUE_IMPORT)) {
      const specifier = match[1] ?? match[2] ?? match[3] ?? "";
      if (specifier.startsWith(".")) visit(join(dirname(file), specifier));
      else if (!specifier.startsWith("node:"))
        packages.add(
          specifier
            .split("/")
            .slice(0, specifier.startsWith("@") ? 2 : 1)
            .join("/"),
        );
    }
  };
  for (const entry of [...manifest.openclaw.extensions, manifest.openclaw.setupEntry]) visit(join(packageDir, entry));
  return { files, packages };
}

describe("the package", () => {
  it("[B21] declares every package that is imported, and no other", () => {
    const declared = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)];
    expect([...loaded().packages].toSorted()).toEqual(declared.toSorted());
  });

  it("[A8] tells the host's command line the options of channels add", () => {
    const fields = Object.entries(setupFields).map(([key, field]) => ({ key, ...field }));
    expect(manifest.openclaw.channel.setup.fields).toEqual(fields);
  });

  it("names the built file of each entry", () => {
    const built = (source: string): string => `./dist/extensions/feishu/${source.slice(2).replace(/\.ts$/u, ".js")}`;
    expect(manifest.openclaw.runtimeExtensions).toEqual(manifest.openclaw.extensions.map(built));
    expect(manifest.openclaw.runtimeSetupEntry).toBe(built(manifest.openclaw.setupEntry));
    expect(existsSync(join(packageDir, manifest.openclaw.setupEntry))).toBe(true);
  });
});
