import type { FeishuAttachment } from "../message.ts";
import { asFields, asList, stringIn } from "./content.ts";
import type { Content, Fields } from "./content.ts";

/** Feishu's styles and the Markdown around them, innermost first. */
const STYLES: readonly (readonly [style: string, open: string, close: string])[] = [
  ["codeInline", "`", "`"],
  ["bold", "**", "**"],
  ["italic", "*", "*"],
  ["lineThrough", "~~", "~~"],
  ["underline", "<u>", "</u>"],
];

/**
 * A rich-text message as Markdown. Also reads the simplified form cards come back in, which has the same shape.
 * @see Feishu server API, im-v1/message/message-content-description/create_json
 */
export function readPost(content: Fields): Content {
  const body = bodyOf(content);
  const attachments: FeishuAttachment[] = [];
  const title = stringIn(body, "title");
  const paragraphs = asList(body["content"] ?? body["elements"]).map((paragraph) =>
    asList(paragraph)
      .map((element) => readElement(asFields(element), attachments))
      .join(""),
  );
  const lines = title === undefined ? paragraphs : [`**${title}**`, "", ...paragraphs];
  return { text: lines.join("\n").trim(), attachments };
}

/** Events carry the body itself, messages as they were sent one per locale. */
function bodyOf(content: Fields): Fields {
  if (Array.isArray(content["content"]) || Array.isArray(content["elements"])) return content;
  const locales = Object.values(asFields(content["post"] ?? content)).map(asFields);
  return locales.find((body) => Array.isArray(body["content"])) ?? {};
}

function readElement(element: Fields, attachments: FeishuAttachment[]): string {
  const text = stringIn(element, "text") ?? "";
  switch (element["tag"]) {
    case "a": {
      const href = stringIn(element, "href");
      return href === undefined ? text : `[${text || href}](${href})`;
    }
    case "at":
      return readMention(element);
    case "img": {
      const imageKey = stringIn(element, "image_key");
      if (imageKey === undefined) return "";
      attachments.push({ kind: "image", imageKey });
      return `![image](${imageKey})`;
    }
    case "media": {
      const fileKey = stringIn(element, "file_key");
      if (fileKey === undefined) return "";
      attachments.push({ kind: "media", fileKey, imageKey: stringIn(element, "image_key") });
      return "[video]";
    }
    case "emotion":
      return `:${stringIn(element, "emoji_type") ?? "emoji"}:`;
    case "code_block":
      return `\n\`\`\`${(stringIn(element, "language") ?? "").toLowerCase()}\n${text.replace(/\n$/u, "")}\n\`\`\`\n`;
    case "hr":
      return "\n---\n";
    default:
      return withStyles(text, asList(element["style"]));
  }
}

/** Placeholders (`@_user_1`, `@_all`) are resolved later, with all the others; ids of read-back messages become names here. */
function readMention(element: Fields): string {
  const id = stringIn(element, "user_id") ?? "";
  if (id === "all" || id === "@_all") return "@_all";
  if (id.startsWith("@_")) return id;
  return `@${stringIn(element, "user_name") ?? id}`;
}

function withStyles(text: string, styles: readonly unknown[]): string {
  // Markdown's markers do not stick to spaces.
  const core = text.trim();
  if (core === "") return text;
  const marked = STYLES.filter(([style]) => styles.includes(style)).reduce(
    (inner, [, open, close]) => `${open}${inner}${close}`,
    core,
  );
  return text.replace(core, () => marked);
}
