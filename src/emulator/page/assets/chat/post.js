import { fileUrl } from "../api.js";
import { blocksOf, image, renderBlock } from "../card/markdown.js";
import { h } from "../dom.js";
import { currentLanguage, t } from "../i18n.js";
import { store } from "../store.js";

/**
 * A rich-text (`post`) message: paragraphs of inline pieces.
 *
 * @param {any} content one language's `{title, content}`, or several by language
 * @param {any[]} mentions
 */
export function postBody(content, mentions) {
  const languages = content.content === undefined ? content : { only: content };
  const post = languages[currentLanguage() === "zh" ? "zh_cn" : "en_us"] ?? Object.values(languages)[0] ?? {};
  const context = {
    nameOf: (/** @type {string} */ id) => {
      const mention = mentions.find((each) => each.key === id);
      return store.nameOf(mention?.id ?? id) ?? mention?.name;
    },
    imageUrl: fileUrl,
  };
  return h(
    "div",
    { class: "post" },
    post.title && h("h2", null, post.title),
    (post.content ?? []).map((/** @type {any[]} */ paragraph) =>
      h(
        "div",
        { class: "post-line" },
        (paragraph ?? []).map((piece) => inline(piece, context)),
      ),
    ),
  );
}

/** @param {any} piece @param {any} context @returns {any} */
function inline(piece, context) {
  switch (piece?.tag) {
    case "text":
      return h(
        "span",
        { class: (piece.style ?? []).map((/** @type {string} */ style) => `style-${style}`).join(" ") },
        piece.text ?? "",
      );
    case "md":
      return h(
        "div",
        { class: "markdown" },
        blocksOf(String(piece.text ?? ""), "post").map((block) => renderBlock(block.tokens, context)),
      );
    case "a":
      return /^https?:\/\//iu.test(piece.href ?? "")
        ? h("a", { href: piece.href, target: "_blank", rel: "noopener noreferrer" }, piece.text ?? piece.href)
        : h("span", null, piece.text ?? "");
    case "at":
      return h(
        "span",
        { class: "mention" },
        `@${piece.user_id === "all" ? t("everyone") : (context.nameOf(piece.user_id) ?? piece.user_name ?? piece.user_id)}`,
      );
    case "img":
      return image(String(piece.image_key ?? ""), "", context);
    case "hr":
      return h("hr");
    case "code_block":
      return h("pre", null, h("code", null, piece.text ?? ""));
    default:
      return h("span", null, piece?.text ?? "");
  }
}
