import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { knownKeys } from "../../extensions/feishu/config/index.ts";
import { hostDir, openclawDir } from "./support/host-install.ts";

const sources = join(import.meta.dirname, "..", "..", "extensions", "feishu");

/** Subpaths of the host's SDK that the extension imports. */
function importedSubpaths(): string[] {
  const found = new Set<string>();
  for (const file of globSync("**/*.ts", { cwd: sources, exclude: ["dist/**", "node_modules/**"] })) {
    const text = readFileSync(join(sources, file), "utf8");
    for (const match of text.matchAll(/from "openclaw\/([^"]+)"/gu)) found.add(match[1] ?? "");
  }
  return [...found].toSorted();
}

describe("[D11] the host's SDK", () => {
  it("exports every subpath that is imported, with declarations", () => {
    const { exports } = JSON.parse(readFileSync(join(openclawDir, "package.json"), "utf8")) as {
      exports: Record<string, { types?: string } | string>;
    };
    const subpaths = importedSubpaths();
    expect(subpaths).toContain("plugin-sdk/channel-core");
    const untyped = subpaths.filter((subpath) => {
      const target = exports[`./${subpath}`];
      return typeof target !== "object" || globSync(target.types ?? "(none)", { cwd: openclawDir }).length === 0;
    });
    expect(untyped).toEqual([]);
  });

  it("fits the declarations that this package writes down for itself", () => {
    const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
    let errors = "";
    try {
      execFileSync(process.execPath, [tsc, "-p", hostDir, "--noEmit"], { encoding: "utf8" });
    } catch (error) {
      errors = (error as { stdout: string }).stdout;
    }
    expect(errors).toBe("");
  });

  it("[A11] knows no key of channels.feishu that our schema does not name", () => {
    const generated = globSync("dist/bundled-channel-config-metadata.generated-*.mjs", { cwd: openclawDir })[0] ?? "";
    const text = readFileSync(join(openclawDir, generated), "utf8");
    const literals = [...text.matchAll(/^\t("(?:[^"\\]|\\.)*"),?$/gmu)].map(
      (match) => JSON.parse(match[1] ?? '""') as string,
    );
    const channels = JSON.parse(literals.join("")) as { channelId: string; schema: JsonSchema }[];
    const feishu = channels.find((channel) => channel.channelId === "feishu")?.schema;
    const keys = [
      ...Object.keys(feishu?.properties ?? {}),
      ...Object.keys(feishu?.properties?.["accounts"]?.additionalProperties?.properties ?? {}),
    ];
    expect(keys).toContain("vcAutoJoin");
    expect(keys.filter((key) => !knownKeys.has(key))).toEqual([]);
  });
});

interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema;
}
