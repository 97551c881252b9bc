import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitepress";
import { toSiteLinks } from "../../../scripts/docs/links.ts";
import { entriesOf } from "../../../scripts/docs/pages.ts";
import { slug } from "../../../scripts/docs/slug.ts";

const root = join(import.meta.dirname, "../../..");

/** The sidebar of a language is its index page: headings and the pages below them. */
function sidebarOf(language) {
  const path = `docs/${language}/README.md`;
  const { text } = toSiteLinks(path, readFileSync(join(root, path), "utf8"), language);
  return text
    .split(/^## /mu)
    .slice(1)
    .map((section) => ({
      text: section.split("\n")[0],
      items: [...section.matchAll(/^- \[([^\]]+)\]\(([^)]+)\)/gmu)].map(([, name, link]) => ({
        text: name.replaceAll("`", ""),
        link,
      })),
    }));
}

const api = (title, below) => ({
  text: title,
  items: [...entriesOf(root).keys()].map((name) => ({ text: `cardstream/${name}`, link: `${below}/api/${name}` })),
});
const project = (title, below) => ({
  text: title,
  items: ["architecture", "contributing", "spec", "security", "changelog", "skill"].map((name) => ({
    text: name === "spec" ? "delivery SPEC" : name.toUpperCase(),
    link: `${below}/project/${name}`,
  })),
});

/** Words as the search counts them: Chinese has no spaces. It is sent to the browser as text, so it uses nothing from outside. */
function tokenize(text) {
  const words = [];
  for (const run of text.toLowerCase().split(/[^\p{L}\p{N}\p{M}]+/u)) {
    if (!/\p{Script=Han}/u.test(run)) {
      if (run !== "") words.push(run);
      continue;
    }
    for (const { segment } of new Intl.Segmenter("zh", { granularity: "word" }).segment(run)) words.push(segment);
  }
  return words;
}

const zhSearch = {
  button: { buttonText: "搜索", buttonAriaLabel: "搜索" },
  modal: {
    displayDetails: "显示详情",
    resetButtonTitle: "清除",
    backButtonTitle: "返回",
    noResultsText: "没有找到",
    footer: { selectText: "打开", navigateText: "切换", closeText: "关闭" },
  },
};

export default defineConfig({
  title: "cardstream",
  srcDir: "generated/pages",
  outDir: "../../.docs/site",
  cacheDir: "node_modules/.cache/vitepress",
  metaChunk: true,
  head: [["link", { rel: "icon", href: "data:," }]],
  markdown: { anchor: { slugify: slug }, lineNumbers: false },
  vite: { build: { chunkSizeWarningLimit: 4000 } },
  locales: {
    root: {
      label: "English",
      lang: "en",
      description: "An AI assistant's words, typed out live in a Feishu or Lark card",
      themeConfig: {
        sidebar: [...sidebarOf("en"), api("API", ""), project("The project", "")],
        outline: { level: [2, 3] },
      },
    },
    zh: {
      label: "中文",
      lang: "zh-CN",
      description: "把 AI 助手的话逐字写进飞书或 Lark 的卡片",
      themeConfig: {
        sidebar: [...sidebarOf("zh"), api("API（英文）", "/zh"), project("项目（英文）", "/zh")],
        outline: { level: [2, 3], label: "本页内容" },
        docFooter: { prev: "上一页", next: "下一页" },
        darkModeSwitchLabel: "主题",
        lightModeSwitchTitle: "切换到浅色",
        darkModeSwitchTitle: "切换到深色",
        sidebarMenuLabel: "目录",
        returnToTopLabel: "回到顶部",
        langMenuLabel: "语言",
        skipToContentLabel: "跳到正文",
        notFound: { title: "没有这一页", quote: "", linkLabel: "回到首页", linkText: "回到首页" },
      },
    },
  },
  themeConfig: {
    search: {
      provider: "local",
      options: {
        locales: { zh: { translations: zhSearch } },
        miniSearch: { options: { tokenize }, searchOptions: { fuzzy: false, prefix: true, combineWith: "AND" } },
      },
    },
  },
});
