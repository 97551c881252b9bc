import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { feishuChannelSchema } from "../../extensions/feishu/config/index.ts";
import { hostConfigSchema } from "../../src/host/index.ts";

/** The parts of a JSON schema that a row of the reference shows. */
interface Node {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Node[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
  readonly default?: unknown;
  readonly description?: string;
  readonly zh?: string;
}

type Language = "en" | "zh";
const WORDS = {
  en: { header: "| setting | type | default | meaning |", or: " or " },
  zh: { header: "| 设置 | 类型 | 默认值 | 含义 |", or: " 或 " },
} as const;
const START = "<!-- host settings: written by UPDATE_DOCS=1 npx vitest run test/host/config-reference -->";
const END = "<!-- end of host settings -->";

const typeOf = (node: Node, language: Language): string => {
  if (node.enum) return node.enum.map((value) => `\`${value}\``).join(" ");
  if (node.anyOf) return [...new Set(node.anyOf.map((branch) => typeOf(branch, language)))].join(WORDS[language].or);
  return node.type ?? "any";
};

/** The table without the padding that formatters put in. */
const cells = (table: string): string[] =>
  table.split("\n").map((line) => line.replace(/\s*\|\s*/gu, "|").replace(/-+(?=\|)/gu, "-"));

/** One row per setting: everything below an object that is described, or that has no properties of its own. */
function rows(node: Node, path: string, language: Language): string[] {
  const children = Object.entries(node.properties ?? {});
  const inside = typeof node.additionalProperties === "object" ? node.additionalProperties : undefined;
  const nested = children.flatMap(([key, child]) => rows(child, path === "" ? key : `${path}.${key}`, language));
  if (inside?.properties !== undefined) nested.push(...rows(inside, `${path}.<name>`, language));
  if (node.description === undefined) return nested;
  const fallback = node.default === undefined ? "" : `\`${JSON.stringify(node.default)}\``;
  const meaning = language === "en" ? node.description : (node.zh ?? "");
  return [`| \`${path}\` | ${typeOf(node, language)} | ${fallback} | ${meaning} |`, ...nested];
}

describe.each(["en", "zh"] as const)("docs/%s/reference/config.md", (language) => {
  const path = join(import.meta.dirname, `../../docs/${language}/reference/config.md`);
  const table = [
    START,
    "",
    WORDS[language].header,
    "| --- | --- | --- | --- |",
    // zod's JSON schema is plain JSON with these fields.
    ...rows(z.toJSONSchema(hostConfigSchema, { io: "input" }) as Node, "", language),
    "",
    END,
  ].join("\n");

  it("has one row for each setting of the host, as the schema says it", () => {
    const text = readFileSync(path, "utf8");
    const current = text.slice(text.indexOf(START), text.indexOf(END) + END.length);
    if (process.env["UPDATE_DOCS"] === "1")
      writeFileSync(
        path,
        text.replace(current, () => table),
      );
    expect(table).toContain("`agents.defaults.blockStreamingChunk.minChars`");
    expect(cells(process.env["UPDATE_DOCS"] === "1" ? table : current)).toEqual(cells(table));
  });

  it("names only settings of channels.feishu that exist", () => {
    const known = new Set<string>();
    const collect = (node: Node, path: string): void => {
      known.add(path);
      for (const [key, child] of Object.entries(node.properties ?? {})) collect(child, `${path}.${key}`);
      for (const branch of node.anyOf ?? []) collect(branch, path);
      if (typeof node.additionalProperties === "object") collect(node.additionalProperties, `${path}.<id>`);
    };
    collect(z.toJSONSchema(feishuChannelSchema, { io: "input" }) as Node, "channels.feishu");
    const named = [...readFileSync(path, "utf8").matchAll(/^\| `(channels\.feishu[^`]*)`/gmu)].map(
      (match) => match[1] ?? "",
    );
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((path) => !known.has(path))).toEqual([]);
  });
});
