import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readPage, ROOT } from "./page.ts";

const text = readFileSync(join(ROOT, "ARCHITECTURE.md"), "utf8");
const foldersIn = (path: string): string[] =>
  readdirSync(join(ROOT, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && globSync("**/*.ts", { cwd: join(ROOT, path, entry.name) }).length > 0)
    .map(({ name }) => name)
    .filter((name) => !/^(?:dist|node_modules|scripts)$/u.test(name));

const rooms = [
  ...foldersIn("src").map((name) => `src/${name}`),
  ...foldersIn("extensions/feishu"),
  ...foldersIn("extensions")
    .filter((name) => name !== "feishu")
    .map((name) => `extensions/${name}`),
  "bot-core.ts",
  "channel.ts",
  "instance.ts",
  "reply-dispatcher.ts",
];

describe("[E14] ARCHITECTURE.md", () => {
  it("names every room, and draws every room and no other", () => {
    const picture = readFileSync(join(ROOT, "docs/images/rooms.svg"), "utf8");
    const drawn = [...picture.matchAll(/class="room">.*?<text[^>]*>([^<]+)</gu)].map(([, name = ""]) => name);
    expect(drawn.toSorted()).toEqual(rooms.toSorted());
    expect(rooms.filter((room) => !text.includes(`\`${room}\``))).toEqual([]);
    const inside = { "extensions/feishu/openclaw": "extension", "src/cli": "command line", "src/emulator": "emulator" };
    for (const [folder, heading] of Object.entries(inside)) {
      const [, section = ""] = text.split(`### Rooms of the ${heading}\n`);
      const [itself = ""] = section.split(/^##/mu);
      expect(foldersIn(folder).filter((name) => !itself.includes(`\`${name}\``))).toEqual([]);
    }
  });

  it("answers ten questions with files that are there, and walks five journeys", () => {
    const [, table = ""] = text.split("## Which file do I change?");
    const rows = table.split("\n").filter((line) => /^\|.*\]\(/u.test(line));
    expect(rows.length).toBeGreaterThanOrEqual(10);
    expect(text.match(/^### \d\. /gmu)).toHaveLength(5);
    const links = readPage("ARCHITECTURE.md", text).links.map(({ target }) => target.split("#")[0] ?? "");
    expect(links.filter((target) => target !== "" && !existsSync(join(ROOT, target)))).toEqual([]);
  });
});

describe("[E14] the page about the platform", () => {
  it("explains every kind of source that the code cites", () => {
    const page = readFileSync(join(ROOT, "docs/en/reference/platform.md"), "utf8");
    const cited = new Set<string>();
    for (const file of globSync(["src/**/*.{ts,js}", "extensions/feishu/**/*.ts"], { cwd: ROOT })) {
      if (/(?:^|\/)(?:dist|node_modules)\//u.test(file)) continue;
      const source = readFileSync(join(ROOT, file), "utf8");
      for (const [, kind = ""] of source.matchAll(/\b(docs|web):[a-z][a-z0-9-]+/gu)) cited.add(kind);
      expect(source, file).not.toMatch(/feishu-api\.md|acceptance\.md|\.\.\/shared\/(?!index\.ts)/u);
    }
    expect([...cited].toSorted()).toEqual(["docs", "web"]);
    for (const kind of cited) expect(page).toContain(`\`${kind}:`);
  });
});
