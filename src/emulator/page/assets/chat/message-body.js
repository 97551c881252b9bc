import { fileUrl } from "../api.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { store } from "../store.js";
import { postBody } from "./post.js";
import { previewText } from "./preview.js";

/** What a message without a card shows. @param {any} message @returns {any} */
export function messageBody(message) {
  const content = message.content ?? {};
  switch (message.msgType) {
    case "text":
      return h("p", { class: "plain-message" }, withMentions(String(content.text ?? ""), message.mentions ?? []));
    case "post":
      return postBody(content, message.mentions ?? []);
    case "image":
      return h("img", { class: "picture", src: fileUrl(content.image_key ?? ""), alt: t("image"), loading: "lazy" });
    case "file":
    case "audio":
    case "media":
      return h(
        "a",
        { class: "file", href: fileUrl(content.file_key ?? ""), download: content.file_name ?? "" },
        icon("file", 24),
        h("span", null, content.file_name ?? t(message.msgType === "audio" ? "audio" : "file")),
      );
    case "merge_forward":
      return h(
        "div",
        { class: "forwarded" },
        h("strong", null, t("chatHistory")),
        (message.parts ?? []).map((/** @type {any} */ part) => h("p", null, `${part.name}: ${previewText(part.text)}`)),
      );
    default:
      return h("p", { class: "placeholder" }, t("notDrawn", { tag: message.msgType }));
  }
}

/** Text with its `@_user_1` places and `<at>` tags as names. @param {string} text @param {any[]} mentions @returns {any[]} */
function withMentions(text, mentions) {
  const pattern = /(@_user_\d+|@_all)|<at\s+(?:user_)?id="?([^">]+)"?>([^<]*)<\/at>/gu;
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    const [, key, id = "", written] = match;
    const everyone = key === "@_all" || id === "all";
    const mention = mentions.find((each) => each.key === key);
    const known = key === undefined ? (store.nameOf(id) ?? written) : (store.nameOf(mention?.id) ?? mention?.name);
    const name = everyone ? t("everyone") : known;
    if (name === undefined) continue;
    parts.push(text.slice(from, match.index), h("span", { class: "mention" }, `@${name}`));
    from = match.index + match[0].length;
  }
  return [...parts, text.slice(from)];
}

/** Who wrote a message. @param {any} message @returns {string} */
export function senderName(message) {
  return store.nameOf(message.sender.id) ?? message.sender.name;
}

/** A message as one line of text. @param {any} message @returns {string} */
export function plainText(message) {
  if (message.recalled) return t("recalled");
  if (message.card) return message.card.summary || message.card.json?.header?.title?.content || t("card");
  if (message.msgType === "text")
    return withMentions(String(message.content?.text ?? ""), message.mentions ?? [])
      .map((part) => (part instanceof Node ? part.textContent : part))
      .join("");
  if (message.msgType === "image") return t("image");
  if (message.msgType === "file") return message.content?.file_name ?? t("file");
  return t("message");
}
