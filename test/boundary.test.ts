import { readFileSync, globSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { describe, expect, it } from "vitest";

/**
 * Who may import whom (docs/decisions/0001-layers.md). Keys and values are folder names below `src/`, or `extension` for
 * `extensions/feishu`. A folder always may import itself.
 */
const MAY_IMPORT: Record<string, readonly string[]> = {
  time: [],
  text: [],
  log: [],
  stream: ["text", "time", "log"],
  feed: ["stream", "text", "time", "log"],
  metrics: ["stream", "time", "log"],
  llm: ["stream", "text", "time", "log"],
  "plugin-sdk": ["stream", "text", "time", "log"],
  emulator: ["time", "log"],
  host: ["plugin-sdk", "stream", "llm", "text", "time", "log"],
  gateway: ["plugin-sdk", "feed", "metrics", "stream", "llm", "text", "time", "log"],
  mcp: ["plugin-sdk", "feed", "metrics", "stream", "llm", "text", "time", "log"],
  extension: ["plugin-sdk", "feed", "metrics", "stream", "text", "time", "log"],
  cli: [
    "plugin-sdk",
    "stream",
    "llm",
    "text",
    "time",
    "log",
    "host",
    "gateway",
    "mcp",
    "feed",
    "metrics",
    "emulator",
    "extension",
  ],
};

const ROOT = normalize(join(import.meta.dirname, ".."));
const IMPORT = /(?:^|\n)\s*(?:import|export)\s[^;'"]*?from\s*["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)/gu;

function layerOf(path: string): string | undefined {
  const parts = relative(ROOT, path).split("/");
  if (parts[0] === "extensions") return "extension";
  return parts[0] === "src" ? parts[1] : undefined;
}

/** The rule that one import breaks, or undefined. */
function violation(file: string, specifier: string): string | undefined {
  const from = layerOf(file);
  if (from === undefined) return undefined;
  const inOpenclaw = relative(ROOT, file).startsWith("extensions/feishu/openclaw/");
  if (/^openclaw(\/|$)/u.test(specifier))
    return inOpenclaw ? undefined : "only extensions/feishu/openclaw may import openclaw";
  if (!specifier.startsWith(".")) return undefined;
  const target = normalize(join(dirname(file), specifier));
  const to = layerOf(target);
  if (to === undefined) return "sources may import only sources";
  if (to === from) return undefined;
  const allowed = MAY_IMPORT[from];
  if (allowed === undefined) return `folder src/${from} has no rule: add it to MAY_IMPORT`;
  if (!allowed.includes(to)) return `${from} may not import ${to}`;
  const isIndex = target.endsWith("/index.ts") || /\/extensions\/feishu\/(?:send|reply-dispatcher)\.ts$/u.test(target);
  return isIndex ? undefined : `import ${to} by its index.ts`;
}

describe("folders", () => {
  it("import only what their layer may import, by its index", () => {
    const broken: string[] = [];
    for (const file of globSync(["src/**/*.ts", "extensions/feishu/**/*.ts"], { cwd: ROOT })) {
      if (/(^|\/)(dist|node_modules)\//u.test(file)) continue;
      const text = readFileSync(join(ROOT, file), "utf8");
      for (const match of text.matchAll(IMPORT)) {
        const rule = violation(join(ROOT, file), match[1] ?? match[2] ?? "");
        if (rule === undefined) continue;
        const line = text.slice(0, (match.index ?? 0) + match[0].length).split("\n").length;
        broken.push(`${file}:${line}: ${rule}`);
      }
    }
    expect(broken).toEqual([]);
  });

  it("has a rule that can fail", () => {
    expect(violation(join(ROOT, "src/stream/x.ts"), "../host/index.ts")).toBe("stream may not import host");
    expect(violation(join(ROOT, "src/host/x.ts"), "openclaw/plugin-sdk/core")).toMatch(/only extensions/u);
    expect(violation(join(ROOT, "src/host/x.ts"), "../stream/ledger.ts")).toBe("import stream by its index.ts");
  });
});
