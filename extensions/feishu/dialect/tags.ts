import { withoutUnseen, ZERO_WIDTH } from "./characters.ts";

/** `<at>` and `<person>` name people: Feishu notifies them, and refuses the whole card for an id that it does not know. */
const MENTION = /^<(?:at|person)\b/iu;
const GOOD_MENTION = /^<(?:at|person)\s+ids?\s*=\s*(?:"([\w,@.-]+)"|'([\w,@.-]+)'|([\w,@.-]+))\s*\/?>$/u;
/** Tags that only change how words look, and the values that they may have. A link needs an address that begins so. */
const HARMLESS = [
  /^<\/(?:font|text_tag|number_tag|local_datetime|a|at|person)>$/u,
  /^<(?:br|hr)\s*\/?>$/u,
  /^<(?:font|text_tag)\s+color\s*=\s*(?:"[\w-]+"|'[\w-]+'|[\w-]+|["']rgba?\([\d., ]+\)["'])\s*>$/u,
  /^<text_tag>$/u,
  /^<number_tag>$/u,
  /^<local_datetime\s+millisecond\s*=\s*["']?\d{1,16}["']?(?:\s+format_type\s*=\s*["']?[a-z_]+["']?)?\s*>$/u,
  /^<a\s+href\s*=\s*(?:"https?:\/\/[^\s"'<>`\\]+"|'https?:\/\/[^\s"'<>`\\]+')\s*>$/u,
];
/** Longest tag, in UTF-16 units. */
export const TAG_MAX = 512;

const MESSAGE_MENTION = /^<at\s+user_id\s*=\s*"([\w,@.-]+)"\s*>$/u;

/** Whether `raw` is a tag that may be allowed somewhere to somebody. What else looks like a tag is text, and Markdown in it is Markdown. */
export const isTag = (raw: string): boolean =>
  raw.length <= TAG_MAX &&
  (GOOD_MENTION.test(raw) || MESSAGE_MENTION.test(raw) || HARMLESS.some((tag) => tag.test(raw)));

/**
 * Whether Feishu may read `raw`, a tag or what looks like one, for a tag: it does nothing but change how words look, or it mentions
 * only people who may be mentioned.
 * @see https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-json-v2-components/content-components/rich-text
 */
export function isAllowedTag(raw: string, mentionable: ReadonlySet<string>): boolean {
  if (raw.length > TAG_MAX) return false;
  if (!MENTION.test(raw)) return HARMLESS.some((tag) => tag.test(raw));
  const match = GOOD_MENTION.exec(raw);
  const ids = match?.[1] ?? match?.[2] ?? match?.[3];
  return ids !== undefined && ids.split(",").every((id) => mentionable.has(id));
}

/** A tag as plain text has it: what only changes how words look is left out. */
export function withoutStyles(raw: string): string {
  if (/^<(?:br|hr)\s*\/?>$/u.test(raw)) return "\n";
  return /^<\/?(?:font|text_tag|number_tag|local_datetime)\b/u.test(raw) && HARMLESS.some((tag) => tag.test(raw))
    ? ""
    : raw;
}

/** Whether `raw` is a mention as messages write it, of people who may be mentioned. */
export function isAllowedMention(raw: string, mentionable: ReadonlySet<string>): boolean {
  const id = MESSAGE_MENTION.exec(raw)?.[1];
  return raw === "</at>" || (id !== undefined && mentionable.has(id));
}

/** What Feishu, should it not take code for code, would act on. */
const ACTS_IN_CODE = /<(?=\/?(?:at|person)(?![a-zA-Z0-9_]))/giu;

/** Code in which nobody is mentioned, wherever Feishu draws the line between code and text; what people see is the same. */
export function inertCode(code: string): string {
  return code.includes("<") ? code.replace(ACTS_IN_CODE, `<${ZERO_WIDTH}`) : code;
}

/**
 * Text for a place that knows no Markdown, only Feishu's tags (`<at user_id="…">` in messages, the names and titles of cards): no
 * tag in it is one any more, but for mentions of `mentionable` people. What people see is the same.
 * @see https://open.feishu.cn/document/server-docs/im-v1/message-content-description/create_json
 */
export function inertText(written: string, mentionable?: ReadonlySet<string>): string {
  const text = withoutUnseen(written);
  const linkless = text.includes("](") ? text.replace(/\](?=\((?!https?:\/\/))/giu, `]${ZERO_WIDTH}`) : text;
  if (!linkless.includes("<")) return linkless;
  return linkless.replace(
    /<(\/?)(?=[a-z])(?:at\s+user_id\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))\s*>)?/giu,
    (tag, slash: string, ...ids: unknown[]) => {
      const id = ids.slice(0, 3).find((one) => one !== undefined);
      if (typeof id === "string" && slash === "" && mentionable?.has(id) === true) return tag;
      if (slash === "/" && mentionable !== undefined && mentionable.size > 0) return tag;
      return `<${ZERO_WIDTH}${tag.slice(1)}`;
    },
  );
}
