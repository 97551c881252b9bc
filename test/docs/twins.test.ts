import { describe, expect, it } from "vitest";
import { allPages } from "./page.ts";
import type { Fence, Page } from "./page.ts";

const pages = new Map(allPages().map((page) => [page.path, page]));
const namesOf = (language: string): string[] =>
  [...pages.keys()].filter((path) => path.startsWith(`docs/${language}/`)).map((path) => path.slice(8));
const names = [...new Set([...namesOf("en"), ...namesOf("zh")])].toSorted();

/** What a fence has people do: without comments, words that are said in either language, and the option that says which. */
function commands({ language, info, code }: Fence): string {
  if (language === "" || language === "text") return `${language} …`; // what is printed, in the page's own language
  const lines = code.split("\n").map((line) => line.replace(/(?:^|\s+)(?:#|\/\/) .*$/u, "").trimEnd());
  const text = info.startsWith("source=") ? code : lines.filter((line) => line.trim() !== "").join("\n");
  return `${language} ${info}\n${text}`
    .replaceAll(/"[^"]*[\p{Script=Han} ][^"]*"/gu, '"…"')
    .replaceAll(/(?: --)? --lang zh/gu, "");
}

/** The parts of a page that do not depend on its language. */
function shape(page: Page | undefined): object {
  return { headings: page?.headings, tables: page?.tables, fences: page?.fences.map(commands) };
}

describe("[E14] the documents in two languages", () => {
  it.each(names)("have the same sections, tables and commands in %s", (name) => {
    expect(pages.has(`docs/en/${name}`) && pages.has(`docs/zh/${name}`)).toBe(true);
    expect(shape(pages.get(`docs/zh/${name}`))).toEqual(shape(pages.get(`docs/en/${name}`)));
  });

  it("are compared by a rule that sees another command, and none in a translated comment", () => {
    const sh = (code: string): string => commands({ language: "sh", info: "", code, line: 1 });
    expect(sh('npm start -- --once "现在几点？" --lang zh   # 试试')).toBe(sh('npm start -- --once "what is it?"'));
    expect(sh("cardstream send --code")).not.toBe(sh("cardstream send --text"));
  });
});
