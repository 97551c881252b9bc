/** What a card must not carry as it is: remote images, and mentions of people nobody vouches for. Both make Feishu refuse the whole card. */
const RISKY = /!\[|<(?:at|person)\b/u;
const FENCE = /^ {0,3}(?:[-*+>] *|\d{1,9}[.)] +)*(`{3,}|~{3,})/u;
const CODE_SPAN = /^(`+)(?!`)[\s\S]*?[^`]\1(?!`)/u;
const MENTION = /^<(?:at|person)\b/u;
const MENTION_ID = /^<(?:at|person)\s[^<>]*?\bids?\s*=\s*["']?([\w,@.-]+)["']?[^<>]*>/u;
/** An image's or link's words, then its address: between `<` and `>`, or with balanced parentheses; and perhaps a title. */
const TARGET =
  /\[(?<alt>(?:\\.|[^\]\\])*)\]\(\s*(?:<(?<angled>[^<>]*)>|(?<plain>[^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*))(?:\s+(?:"[^"]*"|'[^']*'|\([^()]*\)))?\s*\)/u;
const IMAGE = new RegExp(`^!${TARGET.source}`, "u");
const ANY_TARGET = new RegExp(`!?${TARGET.source}`, "gu");

/** What may be shown as it is, and what takes the place of the rest. */
export interface DialectOptions {
  /** Ids that may be mentioned. */
  readonly mentionable: ReadonlySet<string>;
  /**
   * The image key that shows the image at `target` (its address, or an image key that the text itself names); undefined for a link.
   * Asked for every image that is complete.
   */
  readonly imageKey: (target: string) => string | undefined;
}

/**
 * Makes an assistant's Markdown safe for a Feishu card: an image becomes a link unless there is a key for it, a mention of an id
 * that is not in `mentionable` loses its power and is shown as written. Code is left alone. Growing text stays growing while no
 * image gets its key: what this gives for a text begins with what it gave for its beginning, but for a mention that turns out good.
 * @see https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-json-v2-components/content-components/rich-text (images by key; 230099 with 100290 for unknown people, 200570 for bad keys)
 */
export function toFeishuMarkdown(text: string, { mentionable, imageKey }: DialectOptions): string {
  if (!RISKY.test(text)) return text;
  let safe = "";
  let done = 0;
  for (const risk of risksIn(text)) {
    // Inside an image that is shown.
    if (risk.at < done) continue;
    if (risk.kind === "mention") {
      if (isGoodMention(risk.rest, mentionable)) continue;
      safe += `${text.slice(done, risk.at)}&lt;`;
      done = risk.at + 1;
      continue;
    }
    const key = risk.image === undefined ? undefined : imageKey(risk.image.target);
    safe += text.slice(done, risk.at);
    if (risk.image === undefined || key === undefined) {
      done = risk.at + 1;
    } else {
      safe += `![${risk.image.alt.replaceAll("<", "&lt;")}](${key})`;
      done = risk.image.end;
    }
  }
  return safe + text.slice(done);
}

/** Where the first complete image of a Markdown text ends; undefined when there is none outside code. */
export function firstImageEnd(text: string): number | undefined {
  if (!text.includes("![")) return undefined;
  for (const risk of risksIn(text)) if (risk.kind === "image" && risk.image !== undefined) return risk.image.end;
  return undefined;
}

/** The text without the addresses and keys of its links and images: the same whether an image is still a link or not. */
export function withoutTargets(text: string): string {
  return text.replace(ANY_TARGET, "[$<alt>]()").replaceAll("![", "[");
}

/** A place where Markdown would do more than a card may. */
type Risk =
  | { readonly kind: "mention"; readonly at: number; readonly rest: string }
  /** `image` is undefined while it is not complete, or when it is none. */
  | { readonly kind: "image"; readonly at: number; readonly image: Image | undefined };

interface Image {
  readonly alt: string;
  readonly target: string;
  readonly end: number;
}

/** All risky places outside fences and code spans, in order. */
function* risksIn(text: string): Generator<Risk> {
  let fence: string | undefined;
  let start = 0;
  for (const line of text.split("\n")) {
    const mark = FENCE.exec(line)?.[1];
    if (fence === undefined) {
      fence = mark;
      if (mark === undefined && RISKY.test(line)) yield* risksInLine(line, start);
    } else if (mark?.startsWith(fence) === true && line.trim() === mark) {
      fence = undefined;
    }
    start += line.length + 1;
  }
}

function* risksInLine(line: string, start: number): Generator<Risk> {
  for (let at = 0; at < line.length; at++) {
    const first = line[at];
    if (first !== "`" && first !== "!" && first !== "<") continue;
    const rest = line.slice(at);
    if (first === "`") {
      // Marks that open nothing are text.
      at += (CODE_SPAN.exec(rest)?.[0].length ?? 1) - 1;
    } else if (rest.startsWith("![")) {
      yield { kind: "image", at: start + at, image: imageAt(rest, start + at) };
    } else if (MENTION.test(rest)) {
      yield { kind: "mention", at: start + at, rest };
    }
  }
}

function imageAt(rest: string, at: number): Image | undefined {
  const match = IMAGE.exec(rest);
  if (match === null) return undefined;
  const { alt = "", angled, plain = "" } = match.groups ?? {};
  return { alt, target: (angled ?? plain).replaceAll("&amp;", "&"), end: at + match[0].length };
}

function isGoodMention(rest: string, mentionable: ReadonlySet<string>): boolean {
  const ids = MENTION_ID.exec(rest)?.[1];
  return ids !== undefined && ids.split(",").every((id) => mentionable.has(id));
}
