import type { FeishuAttachment } from "../message.ts";
import { asFields, asList, bracket, fileNameIn, stringIn } from "./content.ts";
import type { Content, Fields, MentionKey } from "./content.ts";
import { toCodeSpan, toFence } from "../../../../src/text/index.ts";

/** Feishu's styles and the Markdown around them, innermost first. */
const STYLES: readonly (readonly [style: string, open: string, close: string])[] = [
  ["bold", "**", "**"],
  ["italic", "*", "*"],
  ["lineThrough", "~~", "~~"],
  ["underline", "<u>", "</u>"],
];
/** An image in Markdown by its key. */
const MARKDOWN_IMAGE = /!\[[^[\]\n]{0,400}\]\((img_[\w-]+)\)/gu;
const MARKDOWN_MENTION = /<at\s+(?:user_id|open_id|id)\s*=\s*["']?([\w@.-]{1,64})["']?\s*>([^<\n]{0,200})<\/at>/gu;
/** Code in Markdown: blocks, and spans. */
const CODE = /(?<=^|\n)[ \t]*(`{3,}|~{3,})[^]*?(?:\n[ \t]*\1[`~]*[ \t]*(?=\n|$)|$)|(?<!`)(`+)(?!`)[^]*?(?<!`)\2(?!`)/gu;
const AUDIO_NAME = /\.(?:opus|ogg|mp3|m4a|wav|aac|amr|flac)$/iu;
/** Elements inside elements are rare; a bound keeps hostile ones from exhausting the stack. */
const MAX_DEPTH = 8;

/** What reading one rich text collects beside its words. */
interface Found {
  readonly attachments: FeishuAttachment[];
  /** Mentions that the message listed. */
  readonly listed: readonly MentionKey[];
  /** Mentions that only the text has. */
  readonly own: MentionKey[];
}

/**
 * A rich-text message as Markdown. Newer clients write the same once more as Markdown in `content_v2`, which then counts, and files
 * beside the text. Also reads the simplified form cards come back in, which has the same shape.
 * @see Feishu server API, im-v1/message/message-content-description/create_json
 */
export function readPost(content: Fields, mentions: readonly MentionKey[] = []): Content {
  const bodies = bodiesOf(content);
  const posts = bodies.map((body) => readBody(body, content, mentions));
  return posts.find(saysSomething) ?? posts[0] ?? readBody({}, content, mentions);
}

const saysSomething = ({ title, text, attachments }: Content): boolean =>
  title !== undefined || text !== "" || attachments.length > 0;

/** What one body says: in its newer form, or in the older one where that says nothing. */
function readBody(body: Fields, content: Fields, mentions: readonly MentionKey[]): Content {
  const title = stringIn(body, "title") ?? stringIn(asFields(body["title"]), "content");
  const read = (paragraphs: unknown): Content => {
    const found: Found = { attachments: [], listed: mentions, own: [] };
    const lines = paragraphsOf(paragraphs).map((paragraph) => readAll(paragraph, found, 0));
    for (const file of asList(body["files"] ?? content["files"])) lines.push(readFile(asFields(file), found));
    const text = lines
      .join("\n")
      .replace(/^(?:[ \t]*\n)+/u, "")
      .trimEnd();
    return { title: title && `**${title}**`, text, attachments: onlyOnce(found.attachments), mentions: found.own };
  };
  const newer = paragraphsOf(body["content_v2"]).length === 0 ? undefined : read(body["content_v2"]);
  const isNewer = newer !== undefined && (newer.text !== "" || newer.attachments.length > 0);
  return isNewer ? newer : read(body["content"] ?? body["elements"]);
}

/** Paragraphs, or what stands in their place: one of them, or its words. */
const paragraphsOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null || value === "" ? [] : [value];

const BODY = ["content", "content_v2", "elements", "files"] as const;

/** Events carry the body itself, messages as they were sent one per locale, of which some may hold nothing. */
function bodiesOf(content: Fields): readonly Fields[] {
  const isBody = (body: Fields): boolean =>
    BODY.some((name) => Array.isArray(body[name])) || ["content", "title"].some((name) => stringIn(body, name));
  if (isBody(content)) return [content];
  return Object.values(asFields(content["post"] ?? content))
    .map(asFields)
    .filter(isBody);
}

/** A paragraph is a list of elements; a lone element or string is taken for one. */
function readAll(value: unknown, found: Found, depth: number): string {
  if (depth > MAX_DEPTH) return "";
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map((one) => readAll(one, found, depth + 1)).join("");
  return readElement(asFields(value), found, depth);
}

function readElement(element: Fields, found: Found, depth: number): string {
  const text = wordsOf(element);
  switch (element["tag"]) {
    case "a": {
      const href = stringIn(element, "href");
      return href === undefined ? text : `[${text || href}](${href})`;
    }
    case "at":
      return readMention(element, found);
    case "img": {
      const imageKey = stringIn(element, "image_key");
      if (imageKey === undefined) return "";
      found.attachments.push({ kind: "image", imageKey });
      return `![image](${imageKey})`;
    }
    case "media":
      return readMedia(element, found);
    case "emotion":
      return `:${stringIn(element, "emoji_type") ?? "emoji"}:`;
    case "md":
      return readMarkdown(text, found);
    case "code":
      return text === "" ? "" : toCodeSpan(text);
    case "code_block":
      return `\n${toFence(text, (stringIn(element, "language") ?? "").toLowerCase())}\n`;
    case "hr":
      return "\n---\n";
    case "button":
      return text === "" ? "" : bracket(text);
    case "select_static":
    case "multi_select_static":
    case "overflow":
      return readSelect(element);
    default: {
      if (text !== "") return withStyles(element["un_escape"] === true ? unescaped(text) : text, element["style"]);
      const inner = ["elements", "content", "options"].map((name) => element[name]).find(Array.isArray);
      if (inner !== undefined) return readAll(inner, found, depth + 1);
      // A container that is not known yet: its words are better than none.
      return Object.values(element)
        .filter(Array.isArray)
        .flatMap((list: readonly unknown[]) => list.filter((one) => typeof one !== "string"))
        .map((one) => readAll(one, found, depth + 2))
        .filter((words) => words !== "")
        .join("\n");
    }
  }
}

function wordsOf(element: Fields): string {
  const text = element["text"] ?? element["content"];
  if (typeof text === "string") return text;
  if (typeof text === "number") return String(text);
  return stringIn(asFields(text), "content") ?? "";
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', nbsp: " ", "#39": "'" };
const unescaped = (text: string): string =>
  text.replace(/&(lt|gt|amp|quot|nbsp|#39);/gu, (_, name: string) => ENTITIES[name] ?? "");

/** What may be chosen, in a card that came simplified. */
function readSelect(element: Fields): string {
  const options = asList(element["options"]).map((option) =>
    typeof option === "string" ? option : wordsOf(asFields(option)),
  );
  const choices = options.filter((option) => option !== "").join(" / ");
  const words = [stringIn(element, "placeholder") ?? "", choices].filter((part) => part !== "").join(": ");
  return words === "" ? "" : bracket(words);
}

/** Markdown that a client wrote: its images are files of the message, and its mentions are those of the message; code is only shown. */
function readMarkdown(text: string, found: Found): string {
  let read = "";
  let at = 0;
  for (const code of text.matchAll(CODE)) {
    read += readWords(text.slice(at, code.index), found) + code[0];
    at = code.index + code[0].length;
  }
  return read + readWords(text.slice(at), found);
}

function readWords(text: string, found: Found): string {
  for (const [, imageKey] of text.matchAll(MARKDOWN_IMAGE)) found.attachments.push({ kind: "image", imageKey });
  return text.replace(MARKDOWN_MENTION, (_, user_id: string, user_name: string) =>
    readMention({ user_id, user_name }, found),
  );
}

/** Each file once, however often the text shows it. */
const onlyOnce = (attachments: readonly FeishuAttachment[]): FeishuAttachment[] => [
  ...new Map(attachments.map((one) => [`${one.fileKey ?? ""} ${one.imageKey ?? ""}`, one])).values(),
];

function readMedia(element: Fields, { attachments }: Found): string {
  const fileKey = stringIn(element, "file_key");
  if (fileKey === undefined) return "";
  const fileName = fileNameIn(element);
  const kind = fileName !== undefined && AUDIO_NAME.test(fileName) ? "audio" : "media";
  attachments.push({ kind, fileKey, imageKey: stringIn(element, "image_key"), fileName });
  return bracket(kind === "media" ? "video" : "audio", fileName);
}

function readFile(file: Fields, { attachments }: Found): string {
  const fileKey = stringIn(file, "file_key");
  const fileName = fileNameIn(file) ?? fileNameIn(file, "name");
  if (fileKey === undefined) return fileName === undefined ? "" : bracket("file", fileName);
  attachments.push({ kind: "file", fileKey, fileName });
  return bracket("file", fileName);
}

/** Placeholders (`@_user_1`, `@_all`) are resolved later, with all the others; a person named by id gets one here. */
function readMention(element: Fields, { listed, own }: Found): string {
  // Some write the ids as mentions of an event have them.
  const ids: Fields = { ...asFields(element["id"]), ...element };
  const id = stringIn(ids, "user_id") ?? stringIn(ids, "open_id") ?? stringIn(element, "id") ?? "";
  if (id === "all" || id === "all_members" || id === "@_all") return "@_all";
  if (id.startsWith("@_")) return id;
  const known = [...listed, ...own].find(({ openId }) => openId !== undefined && openId !== "" && openId === id);
  if (known !== undefined) return known.key;
  const key = `@_at_${own.length + 1}`;
  own.push({ key, openId: id === "" ? undefined : id, name: stringIn(element, "user_name") ?? "" });
  return key;
}

/** A list of styles, or an object with those that are on. */
function withStyles(text: string, style: unknown): string {
  const styles = Array.isArray(style)
    ? style
    : Object.entries(asFields(style)).flatMap(([name, on]) => (on === true ? [name] : []));
  // Markdown's markers do not stick to spaces.
  const core = text.trim();
  if (core === "") return text;
  const inner = styles.includes("codeInline") || styles.includes("code") ? toCodeSpan(core) : core;
  const marked = STYLES.filter(([name]) => styles.includes(name)).reduce(
    (words, [, open, close]) => `${open}${words}${close}`,
    inner,
  );
  return text.replace(core, () => marked);
}
