import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import JSON5 from "json5";
import { describe, expect, it } from "vitest";
import { allPages, ROOT } from "./page.ts";

const fences = allPages().flatMap((page) =>
  page.fences.map((fence) => ({ ...fence, at: `${page.path}:${fence.line}` })),
);

/** Lines between `#region name` and `#endregion name`, in comments of any language. */
function region(text: string, name: string, file: string): string {
  const lines = text.split("\n");
  const from = lines.findIndex((line) => line.trim().endsWith(`#region ${name}`));
  const to = lines.findIndex((line) => line.trim().endsWith(`#endregion ${name}`));
  if (from === -1 || to < from) throw new Error(`${file} has no region ${name}`);
  return lines.slice(from + 1, to).join("\n");
}

/** A compiled file, or a region of it, as a reader sees it: with the package's names for our folders. */
function shownAs(file: string, name: string | undefined): string {
  const text = readFileSync(join(ROOT, file), "utf8");
  return (name === undefined ? text : region(text, name, file))
    .replaceAll(/"(?:\.\.\/)+src\/([\w-]+)\/index\.ts"/gu, '"cardstream/$1"')
    .replaceAll(/"(?:\.\.\/)+extensions\/feishu\/index\.ts"/gu, '"cardstream/feishu"')
    .replaceAll(/"(?:\.\.\/)+extensions\/chat-sdk\/index\.ts"/gu, '"@cardstream/chat-adapter"')
    .replaceAll(/"(?:\.\.\/)+extensions\/feishu\/send\.ts"/gu, '"cardstream/feishu/send"')
    .trim();
}

describe("code in the docs", () => {
  it("is, where it is TypeScript, a part of a file that is compiled", () => {
    const wrong = fences
      .filter(({ language }) => /^(?:ts|typescript|tsx|js|javascript)$/u.test(language))
      .filter(({ info, code }) => {
        const [, file = "", name] = /^source=([^#\s]+)(?:#(\S+))?$/u.exec(info) ?? [];
        if (!/^(?:src|extensions|test|examples)\/.*\.ts$/u.test(file)) return true;
        return !existsSync(join(ROOT, file)) || shownAs(file, name) !== code.trim();
      })
      .map(({ at }) => at);
    expect(wrong).toEqual([]);
  });

  it("imports from entries that the package has", () => {
    const { exports } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { exports: object };
    const entries = Object.keys(exports).map((name) => `cardstream${name.slice(1)}`);
    const imported = fences.flatMap(({ code, at }) =>
      [...code.matchAll(/from "(cardstream[^"]*)"/gu)].map(([, name = ""]) => ({ name, at })),
    );
    expect(imported.length).toBeGreaterThan(0);
    expect(imported.filter(({ name }) => !entries.includes(name))).toEqual([]);
  });

  it("is, where it is JSON, what a parser takes", () => {
    const json = fences.filter(({ language }) => language === "json" || language === "json5");
    expect(json.length).toBeGreaterThan(0);
    for (const { language, code, at } of json) {
      expect(() => (language === "json" ? JSON.parse(code) : JSON5.parse(code)) as unknown, at).not.toThrow();
    }
  });
});
