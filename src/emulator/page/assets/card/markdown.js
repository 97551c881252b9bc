import { copyButton } from "../copy.js";
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { t } from "../i18n.js";
import { colorName, rgba } from "./colors.js";
import { PARSERS } from "./feishu-rules.js";
import { highlighted } from "./highlight.js";
import { pagedTable } from "./paged-table.js";

/**
 * Feishu's Markdown as DOM nodes. The parser makes tokens and this file makes elements from them; no string is ever
 * parsed as markup.
 *
 * @typedef {{ nameOf(id: string): string | undefined, imageUrl(key: string): string }} Context
 */

const WEB_LINK = /^https?:\/\//iu;
const IMAGE_KEY = /^[\w-]+$/u;
const ROWS_PER_PAGE = 5;

/**
 * Sizes of the images seen, by key: one that is drawn again, as with every piece of a text that streams behind it, takes its
 * place at once instead of pushing the text about. @type {Map<string, { width: number, height: number }>}
 */
const SIZES = new Map();

/**
 * A top-level block. `key` tells whether it is the same as before; `at` is where it begins in the text; `linked` says that a
 * link definition somewhere in the text may have changed it. Blocks taken over from an earlier text carry no tokens.
 *
 * @typedef {{ key: string, at: number, linked: boolean, tokens: any[] }} Block
 */

/**
 * Splits Markdown into its top-level blocks.
 *
 * @param {string} text
 * @param {"card" | "post"} [where] which of Feishu's dialects
 * @returns {Block[]}
 */
export function blocksOf(text, where = "card") {
  /** @type {{ references?: Record<string, { title: string, href: string }> }} */
  const env = {};
  const tokens = PARSERS[where].parse(text, env);
  const starts = [0, ...[...text.matchAll(/\r\n?|\n/gu)].map((end) => end.index + end[0].length)];
  // A link definition anywhere changes other blocks: then no block can be told by its own source.
  const linked = Object.keys(env.references ?? {}).length > 0;
  const shared = linked ? text : "";
  const blocks = [];
  let start = 0;
  for (const [index, token] of tokens.entries()) {
    if (token.level === 0 && token.nesting <= 0) {
      const first = tokens[start] ?? token;
      const [from, to] = first.map ?? [0, 0];
      const at = starts[from] ?? 0;
      blocks.push({
        key: `${first.type}\n${text.slice(at, starts[to]).replace(/(?:\r\n?|\n)$/u, "")}${shared}`,
        at,
        linked,
        tokens: tokens.slice(start, index + 1),
      });
      start = index + 1;
    }
  }
  return blocks;
}

const AFTER_BLANK_LINE = /(?:\r\n|\r(?!\n)|\n)[ \t]*(?:\r\n|\r|\n)$/u;

/**
 * The blocks of a text that begins with an older one. A long text that grows costs no more than its end: only the last two
 * blocks of the older one can change (the 2 of "1. a, blank line, 2" was a paragraph until its full stop came), and what
 * they follow without a blank line (a table that turns out to be none is a part of the paragraph above it).
 *
 * @param {string} text
 * @param {{ text: string, blocks: readonly { key: string, at: number, linked: boolean }[] }} before
 * @returns {Block[]}
 */
export function extendedBlocks(text, before) {
  const { blocks } = before;
  if (blocks.length < 3 || blocks.at(-1)?.linked || !text.startsWith(before.text)) return blocksOf(text);
  const begin = blocks.findLastIndex(
    ({ at }, index) => index <= blocks.length - 2 && AFTER_BLANK_LINE.test(text.slice(Math.max(0, at - 80), at)),
  );
  const from = blocks[begin]?.at;
  if (from === undefined) return blocksOf(text);
  const tail = blocksOf(text.slice(from));
  if (tail.some((block) => block.linked)) return blocksOf(text);
  return [
    ...blocks.slice(0, begin).map((block) => ({ ...block, tokens: [] })),
    ...tail.map((block) => ({ ...block, at: block.at + from })),
  ];
}

/** A tree of open elements; a closing tag without an opening one is ignored. */
class Builder {
  /** @type {{ name: string, element: any }[]} */
  #open = [];

  /** @param {any} root */
  constructor(root) {
    this.root = root;
  }

  get top() {
    return this.#open.at(-1)?.element ?? this.root;
  }

  /** @param {Node} node */
  add(node) {
    this.top.appendChild(node);
  }

  /** @param {string} name @param {any} element @param {any} [inner] where children go */
  open(name, element, inner = element) {
    this.add(element);
    this.#open.push({ name, element: inner });
  }

  /** @param {string} name */
  close(name) {
    const index = this.#open.findLastIndex((entry) => entry.name === name);
    if (index !== -1) this.#open.length = index;
  }
}

const BLOCK_TAGS = {
  paragraph: "p",
  bullet_list: "ul",
  ordered_list: "ol",
  list_item: "li",
  blockquote: "blockquote",
  strong: "strong",
  em: "em",
  s: "s",
};

/** Makes the element of one top-level block. @param {any[]} tokens @param {Context} context @returns {HTMLElement} */
export function renderBlock(tokens, context) {
  const root = h("div", { class: "md-block" });
  const table = tokens[0]?.type === "table_open";
  build(new Builder(root), tokens, context);
  return table ? pagedTable(root.firstElementChild, ROWS_PER_PAGE) : root;
}

/** @param {Builder} builder @param {any[]} tokens @param {Context} context */
function build(builder, tokens, context) {
  for (const token of tokens) {
    const base = token.type.replace(/_(?:open|close)$/u, "");
    if (base in BLOCK_TAGS) structural(builder, token, base);
    else if (token.type === "inline") build(builder, token.children ?? [], context);
    else if (token.type.startsWith("feishu_")) feishuTag(builder, token.meta, context);
    else leafOrOther(builder, token, base, context);
  }
}

/** @param {Builder} builder @param {any} token @param {string} base */
function structural(builder, token, base) {
  if (token.nesting === -1) return builder.close(base);
  if (token.hidden) return builder.open(base, h("span", { class: "tight" }));
  const tag = BLOCK_TAGS[/** @type {keyof typeof BLOCK_TAGS} */ (base)];
  return builder.open(base, h(tag, { start: base === "ordered_list" ? token.attrGet("start") : null }));
}

/** @param {Builder} builder @param {any} token @param {string} base @param {Context} context */
function leafOrOther(builder, token, base, context) {
  switch (base) {
    case "text":
      return builder.add(document.createTextNode(token.content));
    case "softbreak":
      // One newline: Feishu's documents say that it may be ignored. Here it is.
      return builder.add(document.createTextNode("\n"));
    case "hardbreak":
      return builder.add(h("br"));
    case "html_inline":
      // A tag that Feishu does not know is swallowed.
      return undefined;
    case "hr":
      return builder.add(h("hr"));
    case "code_inline":
      return builder.add(h("code", null, token.content));
    case "fence":
    case "code_block":
      return builder.add(codeBlock(token.content, token.info ?? ""));
    case "image":
      return builder.add(image(token.attrGet("src") ?? "", token.content, context));
    case "heading":
      return token.nesting === 1
        ? builder.open(
            "heading",
            h("div", {
              class: `heading heading-${token.tag.slice(1)}`,
              role: "heading",
              "aria-level": Math.min(6, Number(token.tag.slice(1)) + 1),
            }),
          )
        : builder.close("heading");
    case "link":
      return token.nesting === 1 ? builder.open("link", webLink(token.attrGet("href"))) : builder.close("link");
    case "table":
    case "thead":
    case "tbody":
    case "tr":
      return token.nesting === 1 ? builder.open(base, h(base)) : builder.close(base);
    case "th":
    case "td": {
      const align = /text-align:(left|center|right)/u.exec(token.attrGet("style") ?? "")?.[1];
      return token.nesting === 1
        ? builder.open(base, h(base, { class: align === undefined ? null : `align-${align}` }))
        : builder.close(base);
    }
    default:
      return token.content ? builder.add(document.createTextNode(token.content)) : undefined;
  }
}

/** @param {string | null} href */
function webLink(href) {
  if (!WEB_LINK.test(href ?? "")) return h("span", { class: "bad-link", title: t("badLink") });
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" });
}

/** @param {string} key @param {string} alt @param {Context} context */
export function image(key, alt, context) {
  if (!IMAGE_KEY.test(key))
    return h("span", { class: "bad-image", dataset: { atom: "" } }, icon("warn", 14), ` ${t("badImage")}`);
  const picture = h("img", {
    class: "picture",
    src: context.imageUrl(key),
    alt: alt || t("image"),
    title: alt || null,
    loading: SIZES.has(key) ? null : "lazy",
    decoding: SIZES.has(key) ? "sync" : null,
    dataset: { atom: "" },
  });
  const take = () => {
    const size = SIZES.get(key);
    if (size === undefined) return;
    picture.classList.add("sized");
    picture.style.setProperty("--w", String(size.width));
    picture.style.setProperty("--h", String(size.height));
  };
  take();
  picture.addEventListener("load", () => {
    SIZES.set(key, { width: picture.naturalWidth, height: picture.naturalHeight });
    take();
  });
  picture.addEventListener("error", () => {
    picture.replaceWith(
      h("span", { class: "bad-image", dataset: { atom: "" } }, icon("warn", 14), ` ${t("imageMissing", { key })}`),
    );
  });
  return picture;
}

/** @param {string} code @param {string} info */
function codeBlock(code, info) {
  const language = info.trim().split(/\s+/u)[0] ?? "";
  const text = code.replace(/\n$/u, "");
  return h(
    "figure",
    { class: "code" },
    h(
      "figcaption",
      { dataset: { chrome: "" } },
      h("span", { class: "code-language" }, language || t("plainText")),
      copyButton(t("copyCode"), text),
    ),
    h(
      "pre",
      { tabindex: "0", role: "group", "aria-label": language || t("plainText") },
      h("code", null, highlighted(text, language.toLowerCase())),
    ),
  );
}

/** @param {Builder} builder @param {{ name: string, kind: string, attributes: Record<string, string> }} meta @param {Context} context */
function feishuTag(builder, meta, context) {
  const { name, kind, attributes } = meta;
  if (name === "br") return builder.add(h("br"));
  if (name === "hr") return builder.add(h("hr"));
  if (kind === "close") return builder.close(`feishu_${name}`);
  const { element, inner } = tagElement(name, attributes, context);
  if (kind === "void") return builder.add(element);
  return builder.open(`feishu_${name}`, element, inner);
}

/** @param {string} name @param {Record<string, string>} attributes @param {Context} context @returns {{ element: any, inner?: any }} */
function tagElement(name, attributes, context) {
  switch (name) {
    case "at":
    case "person": {
      const ids = (attributes.ids ?? attributes.id ?? attributes.user_id ?? attributes.email ?? "")
        .split(",")
        .filter(Boolean);
      const names = ids.map((id) => (id === "all" ? t("everyone") : (context.nameOf(id) ?? id)));
      // Whatever a bot writes between the tags is replaced by the name, as Feishu does.
      return {
        element: h("span", { class: "mention" }, names.map((each) => `@${each}`).join(" ")),
        inner: document.createDocumentFragment(),
      };
    }
    case "font": {
      const exact = rgba(attributes.color);
      if (exact !== undefined) return { element: h("span", { style: { color: exact } }) };
      return { element: h("span", { class: `ink-${colorName(attributes.color, "default")}` }) };
    }
    case "text_tag":
      return { element: h("span", { class: `tag tag-${colorName(attributes.color, "neutral")}` }) };
    case "number_tag":
      return { element: h("span", { class: "number-tag" }) };
    case "local_datetime": {
      const ms = Number(attributes.millisecond ?? attributes.timestamp);
      return {
        element: h("time", { class: "datetime" }, Number.isFinite(ms) && ms > 0 ? new Date(ms).toLocaleString() : ""),
      };
    }
    default:
      return { element: webLink(attributes.href ?? attributes.url ?? attributes.pc_url ?? null) };
  }
}
