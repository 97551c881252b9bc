import { readdir, readFile } from "node:fs/promises";

import { describe, expect, it } from "vitest";

import { readPageAsset } from "../../../src/emulator/page/index.ts";

const folder = new URL("../../../src/emulator/page/assets/", import.meta.url);
const names = (await readdir(folder, { recursive: true })).filter((name) => /\.\w+$/u.test(name));
const sources = new Map(
  await Promise.all(names.map(async (name) => [name, await readFile(new URL(name, folder), "utf8")] as const)),
);
const modules = [...sources].filter(([name]) => name.endsWith(".js"));

describe("the files of the web page", () => {
  it("[D10] are served under a policy that allows nothing from elsewhere and no markup from strings", async () => {
    const page = await readPageAsset("/");
    expect(page?.contentType).toBe("text/html; charset=utf-8");
    const policy = page?.headers["content-security-policy"] ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/u);
  });

  it("come from one folder and nowhere else", async () => {
    for (const path of [
      "/page/../asset.ts",
      "/page/..%2fasset.ts",
      "/page/.env",
      "/page/none.js",
      "/page/",
      "/pages",
      "/page/a.ts",
    ]) {
      expect(await readPageAsset(path), path).toBeUndefined();
    }
  });

  it("are all there: every import, style and picture a file names", async () => {
    for (const [name, source] of sources) {
      const base = new URL(name === "index.html" ? "/" : `/page/${name}`, "http://page");
      const asked = [...source.matchAll(/(?:from |href=|src=|src: )"((?:\.\.?)?\/(?!emulator)[^"]+)"/gu)].map(
        (match) => match[1] ?? "",
      );
      for (const path of asked) {
        expect(await readPageAsset(new URL(path, base).pathname), `${path} in ${name}`).toBeDefined();
      }
    }
  });

  it("name no address outside", () => {
    for (const [name, source] of sources) {
      const addresses = [...source.matchAll(/https?:\/\/[\w.-]+/gu)].map((match) => match[0]);
      expect(
        addresses.filter((address) => address !== "http://www.w3.org"),
        name,
      ).toEqual([]);
    }
  });

  it("never turn a string into markup", () => {
    for (const [name, source] of modules) {
      expect(source, name).not.toMatch(
        /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\(|new Function/u,
      );
    }
  });

  it("say every word in English and Chinese, and have no word to spare", async () => {
    const { messages } = (await import(new URL("strings.js", folder).href)) as {
      messages: Record<string, [string, string]>;
    };
    const code = modules
      .filter(([name]) => name !== "strings.js")
      .map(([, source]) => source)
      .join("\n");
    const used = new Set([...code.matchAll(/"([a-z][A-Za-z0-9_]*)"/gu)].map((match) => match[1] ?? ""));
    const asked = [...code.matchAll(/\bt\(\s*"([A-Za-z0-9_]+)"/gu)].map((match) => match[1] ?? "");
    for (const key of asked) expect(messages, `t("${key}")`).toHaveProperty(key);
    for (const [key, [english, chinese]] of Object.entries(messages)) {
      expect(english.trim() === "" || chinese.trim() === "", key).toBe(false);
      const places = (text: string): string[] => [...text.matchAll(/\{\w+\}/gu)].map((match) => match[0]).sort();
      expect(places(chinese), key).toEqual(places(english));
      if (!/^(?:code\d|effect_)/u.test(key)) expect(used.has(key), `${key} is used nowhere`).toBe(true);
    }
  });
});
